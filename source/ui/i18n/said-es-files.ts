/** What is said of files, settings, logs and the database: configuration/, storage/, persistence/, logging/, app/. */
export const saidEsFiles: Readonly<Record<string, string>> = {
  // What stands in .env and config_workers.json.
  '{0} is {1}; expected {2}': '{0} es {1}; se esperaba {2}',
  '{0} is missing; expected {1}': '{0} falta; se esperaba {1}',
  '{0}. Further mistakes: {1}': '{0}. Otros errores: {1}',
  '{0}. What was read before stays in force': '{0}. Sigue en vigor lo leído antes',
  'environment variable {0}': 'variable de entorno {0}',
  environment: 'entorno',
  'a file': 'un archivo',
  'a list': 'una lista',
  'an object': 'un objeto',
  'inaccessible ({0})': 'inaccesible ({0})',
  'unreadable ({0})': 'ilegible ({0})',
  'not valid JSON ({0})': 'JSON no válido ({0})',
  '{0}, as is WORKER_STATE_FILE': '{0}, igual que WORKER_STATE_FILE',
  '{0} without an address': '{0} sin dirección',
  '{0} with a url and an ip or port': '{0} con url y con ip o port',
  '{0}: {1} is no known key and is ignored; the nearest is {2}':
    '{0}: {1} no es una clave conocida y se pasa por alto; la más parecida es {2}',
  '{0}: line {1} begins with {2} but is not of the form KEY=value, and is ignored':
    '{0}: la línea {1} empieza por {2}, pero no tiene la forma CLAVE=valor y se pasa por alto',
  '{0} and {1} have the same address {2}: one machine counts as two':
    '{0} y {1} tienen la misma dirección {2}: una máquina cuenta como dos',
  '{0} ({1} s) is shorter than {2} ({3} s): every worker will be unhealthy between two pings':
    '{0} ({1} s) es menor que {2} ({3} s): ningún nodo estará sano entre un ping y el siguiente',

  // What was expected there.
  'a number of seconds from {0} to {1}, such as 5 or 0.5': 'un número de segundos de {0} a {1}, como 5 o 0.5',
  '{0}, or nothing': '{0}, o nada',
  '{0}, or never': '{0}, o never',
  '1 to {0} printable characters': 'de 1 a {0} caracteres imprimibles',
  'error, warn, info or debug': 'error, warn, info o debug',
  'true or false': 'true o false',
  'a path of printable characters': 'una ruta de caracteres imprimibles',
  'a program and its options, separated by spaces, such as ssh -p 2222':
    'un programa y sus opciones, separados por espacios, como ssh -p 2222',
  'the name of a user: letters, digits, and . _ - but not first':
    'el nombre de un usuario: letras, cifras y . _ - pero no al principio',
  'an IP address or a host name, without http:// and without a port':
    'una dirección IP o un nombre de máquina, sin http:// y sin puerto',
  'a URL such as http://172.20.10.3:8080, without user, password, query or fragment':
    'una URL como http://172.20.10.3:8080, sin usuario, contraseña, consulta ni fragmento',
  'the address of {0}: {1}': 'la dirección de {0}: {1}',
  'another id than that of {0}': 'otro id que el de {0}',
  'ip (and port) or url': 'ip (y port) o url',
  'either url, or ip and port': 'o bien url, o bien ip y port',
  'a list of texts': 'una lista de textos',
  'a list of workers': 'una lista de nodos',
  'a JSON object': 'un objeto JSON',
  'an object such as {"id": "worker-01", "ip": "172.20.10.3", "port": 8080}':
    'un objeto como {"id": "worker-01", "ip": "172.20.10.3", "port": 8080}',
  'an object such as {"workers": [], "orchestrator": {}}':
    'un objeto como {"workers": [], "orchestrator": {}}',
  'an object such as {"retry_attempts": 3}': 'un objeto como {"retry_attempts": 3}',
  'a readable file': 'un archivo que se pueda leer',
  'a file of its own': 'un archivo propio',
  'a folder (--dir)': 'una carpeta (--dir)',
  'a folder that may be read (--dir)': 'una carpeta que se pueda leer (--dir)',
  'an existing folder: make it, or name another with --dir':
    'una carpeta que exista: créela o indique otra con --dir',
  'what was there (or start again to go on without it)':
    'lo que había (o vuelva a arrancar para seguir sin ello)',

  // What is wrong with a text that is no JSON.
  'line {0}, column {1}: {2}': 'línea {0}, columna {1}: {2}',
  'Unexpected token {0}': 'signo inesperado {0}',
  'Unexpected end of JSON input': 'acaba antes de tiempo',
  'Unexpected number': 'número inesperado',
  'Unexpected string': 'texto inesperado',
  'Unexpected non-whitespace character after JSON': 'sobra algo tras el final',
  "Expected property name or '}'": "se esperaba el nombre de una propiedad o '}'",
  'Expected double-quoted property name': 'se esperaba el nombre de una propiedad entre comillas dobles',
  "Expected ':' after property name": "se esperaba ':' tras el nombre de una propiedad",
  "Expected ',' or '}' after property value": "se esperaba ',' o '}' tras el valor de una propiedad",
  "Expected ',' or ']' after array element": "se esperaba ',' o ']' tras un elemento de una lista",
  'Unterminated string': 'texto sin cerrar',
  'Unterminated fractional number': 'número decimal sin acabar',
  'Bad control character in string literal': 'carácter de control en un texto',
  'Bad Unicode escape': 'secuencia Unicode incorrecta',
  'Bad escaped character': 'carácter mal escapado',
  'Exponent part is missing a number': 'exponente sin número',
  'No number after minus sign': 'signo menos sin número',

  // A setting that is written from the screen.
  '{0} is changed in its file, not from the screen': '{0} se cambia en su archivo, no desde la pantalla',
  '{0} is set in the environment of this program, which goes before .env':
    '{0} está definido en el entorno de este programa, que va antes que .env',
  '{0} has been set to "{1}" meanwhile': 'a {0} se le ha dado entretanto el valor "{1}"',
  '{0} cannot be written into .env so that it is read back':
    '{0} no se puede escribir en .env de modo que se lea igual',
  'cannot write {0}: {1}': 'no se puede escribir {0}: {1}',
  'somebody else keeps writing it': 'alguien más no deja de escribirlo',
  'it is not UTF-8': 'no es UTF-8',
  'it is not a plain file': 'no es un archivo corriente',
  'it belongs to another user, who would lose it': 'es de otro usuario, que lo perdería',
  'the files of this master are not watched: change them and start again':
    'los archivos de este maestro no se vigilan: cámbielos y vuelva a arrancar',
  'slots {0}': 'plazas {0}',
  'labels {0}': 'etiquetas {0}',
  'slots {0}, labels {1}': 'plazas {0}, etiquetas {1}',
  'a token file': 'un archivo de token',
  '{0}, a token file': '{0}, un archivo de token',

  // The log and the state file.
  'Cannot write {0}: {1}. Free the disk or make the folder writable; it is tried every {2} s, and the lines wait in memory':
    'No se puede escribir {0}: {1}. Libere espacio en el disco o permita escribir en la carpeta; se intenta cada {2} s, y las líneas esperan en memoria',
  'Cannot write {0}: {1}. Free the disk or make the folder writable; it is tried every {2} s, and until then the file is out of date':
    'No se puede escribir {0}: {1}. Libere espacio en el disco o permita escribir en la carpeta; se intenta cada {2} s, y hasta entonces el archivo está anticuado',
  'Cannot write {0}: the disk does not answer. The lines wait in memory':
    'No se puede escribir {0}: el disco no responde. Las líneas esperan en memoria',
  'Cannot rotate {0}: it grows beyond its size. Make sure that files of its folder may be renamed; it is tried every {1} min':
    'No se puede rotar {0}: crece más allá de su tamaño. Asegúrese de que los archivos de su carpeta se puedan renombrar; se intenta cada {1} min',
  'log file opened again to rotate it': 'archivo de registro abierto de nuevo para rotarlo',
  'log lines lost: the file could not be written in time':
    'líneas de registro perdidas: el archivo no se pudo escribir a tiempo',
  'the log file was given up': 'se abandonó el archivo de registro',
  'a device or a pipe stands there, which is never replaced':
    'ahí hay un dispositivo o una tubería, que nunca se reemplaza',
  'the file {0} cannot be used ({1}): it was kept as {2}':
    'el archivo {0} no se puede usar ({1}): se guardó como {2}',
  'the file {0} cannot be used ({1}): it could not be moved aside ({2})':
    'el archivo {0} no se puede usar ({1}): no se pudo apartar ({2})',
  'it holds no JSON object': 'no contiene un objeto JSON',
  '{0}; counters and history begin anew': '{0}; los contadores y el historial empiezan de cero',

  // The task database, and what goes in and out of it.
  'task database': 'base de datos de tareas',
  'task database: {0}': 'base de datos de tareas: {0}',
  'the thread of the {0} ended: {1}': 'acabó el hilo de la {0}: {1}',
  '{0}; no tasks are accepted until it is tried again, every {1} seconds':
    '{0}; no se aceptan tareas hasta que se intente de nuevo, cada {1} segundos',
  'the task database is not open: nothing was accepted':
    'la base de datos de tareas no está abierta: no se aceptó nada',
  'the task database is closed: start elastic-tui again':
    'la base de datos de tareas está cerrada: vuelva a arrancar elastic-tui',
  'no room left for the task database {0}: free space on that disk; no task is accepted until then':
    'no queda espacio para la base de datos de tareas {0}: libere espacio en ese disco; hasta entonces no se acepta ninguna tarea',
  'the task database {0} is held by another program: end that program':
    'otro programa retiene la base de datos de tareas {0}: termine ese programa',
  'the task database {0} cannot be written ({1}): check that disk and its quota, and that the file and its folder may be written; or choose another folder with --dir':
    'la base de datos de tareas {0} no se puede escribir ({1}): revise ese disco y su cuota, y que se pueda escribir en el archivo y en su carpeta; o elija otra carpeta con --dir',
  'the task database {0} is damaged ({1}): put back a copy, or move it and its -wal and -shm files away to begin with an empty one':
    'la base de datos de tareas {0} está dañada ({1}): reponga una copia, o aparte el archivo y los suyos -wal y -shm para empezar con una vacía',
  'the task database {0} was written by a newer elastic-tui (its version is {1}, this program knows up to {2}): start that one, or move the file away':
    'la base de datos de tareas {0} la escribió un elastic-tui más nuevo (su versión es {1}, este programa conoce hasta la {2}): arranque aquel, o aparte el archivo',
  'the task database {0} is of another version of elastic-tui: start a master of this version on it once, or read it with its own':
    'la base de datos de tareas {0} es de otra versión de elastic-tui: arranque una vez un maestro de esta versión con ella, o léala con la suya',
  'the task database {0} cannot be read ({1}): run this as its owner, or name another folder with --dir':
    'la base de datos de tareas {0} no se puede leer ({1}): ejecute esto como su dueño, o indique otra carpeta con --dir',
  'there is no task database at {0}: no master has worked there; name its folder with --dir':
    'no hay ninguna base de datos de tareas en {0}: allí no ha trabajado ningún maestro; indique su carpeta con --dir',
  'task number {0} cannot be read: {1}': 'la tarea número {0} no se puede leer: {1}',
  'task {0} is not in the task database': 'la tarea {0} no está en la base de datos de tareas',
  'task id {0} is taken by another task ({1} {2}): choose another id, or send the same benchmark and parameters':
    'el id {0} ya lo tiene otra tarea ({1} {2}): elija otro id, o envíe el mismo benchmark con los mismos parámetros',
  'nothing was exported to {0}: {1}': 'no se exportó nada a {0}: {1}',
  'task file rejected': 'archivo de tareas rechazado',
  'task files cannot be taken: {0}': 'no se pueden tomar los archivos de tareas: {0}',
  'this is neither JSON nor one JSON a line': 'esto no es JSON, ni un JSON por línea',
  'line {0}: expected JSON': 'línea {0}: se esperaba JSON',

  // The master and the processes beside it.
  'another elastic-tui is already running on {0}: end that one first, or give this one a folder of its own with --dir':
    'ya hay otro elastic-tui en marcha en {0}: termine antes aquel, o dé a este una carpeta propia con --dir',
  '{0} is not the lock file of elastic-tui (it holds something else): move it away and start again':
    '{0} no es el archivo de bloqueo de elastic-tui (contiene otra cosa): apártelo y vuelva a arrancar',
  'the lock file {0} cannot be used ({1}: {2}): make {3} writable, or choose another folder with --dir':
    'el archivo de bloqueo {0} no se puede usar ({1}: {2}): permita escribir en {3}, o elija otra carpeta con --dir',
  'no master was started on {0}: {1}': 'no se arrancó ningún maestro en {0}: {1}',
  'it ended ({0}); see its log, or start it with "elastic-tui daemon"':
    'terminó ({0}); vea su registro, o arránquelo con "elastic-tui daemon"',
  'process {0} is still starting after {1} s': 'el proceso {0} sigue arrancando tras {1} s',
  'exit {0}': 'salida {0}',
  'embedded worker {0} ended ({1}); it is started again in {2} s':
    'el nodo local {0} terminó ({1}); se vuelve a arrancar en {2} s',
  'the process id cannot be written to {0} ({1}): choose another --pid-file':
    'el id del proceso no se puede escribir en {0} ({1}): elija otro --pid-file',
  'signal {0}': 'señal {0}',
  'the terminal is gone': 'ya no está la terminal',
  'crash: {0}': 'fallo del programa: {0}',
  quit: 'se cerró desde su pantalla',
  'no longer needed': 'ya no hacía falta',
  'stopped by process {0}': 'lo detuvo el proceso {0}',
};
