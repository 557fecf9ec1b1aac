/** What is said of tasks, workers and screens that attach: all other rooms. */
export const saidEsTasks: Readonly<Record<string, string>> = {
  // What is asked for and is not there, or cannot be had just now.
  'there is no task {0}': 'no hay ninguna tarea {0}',
  'there is no batch {0}': 'no hay ningún lote {0}',
  'there is no worker {0}': 'no hay ningún nodo {0}',
  'the tasks are still being read: try again in a moment':
    'todavía se están leyendo las tareas: inténtelo de nuevo en un momento',
  'no task was accepted: {0}': 'no se aceptó ninguna tarea: {0}',
  '{0}; what workers answer is kept in memory until it can be written':
    '{0}; lo que responden los nodos queda en memoria hasta que se pueda escribir',
  'old tasks could not be removed: {0}': 'no se pudieron borrar tareas antiguas: {0}',

  // A wanted task that is not as it should be.
  'task {0} of {1}: {2}': 'tarea {0} de {1}: {2}',
  'found “{0}”, expected {1}': 'se encontró «{0}», se esperaba {1}',
  'tasks: found “{0}”, expected {1}': 'tareas: se encontró «{0}», se esperaba {1}',
  'id: found “{0}”, expected {1}': 'id: se encontró «{0}», se esperaba {1}',
  'benchmark: found “{0}”, expected {1}': 'benchmark: se encontró «{0}», se esperaba {1}',
  'priority: found “{0}”, expected {1}': 'prioridad: se encontró «{0}», se esperaba {1}',
  'worker: found “{0}”, expected {1}': 'nodo: se encontró «{0}», se esperaba {1}',
  'labels: found “{0}”, expected {1}': 'etiquetas: se encontró «{0}», se esperaba {1}',
  'label: found “{0}”, expected {1}': 'etiqueta: se encontró «{0}», se esperaba {1}',
  'not before: found “{0}”, expected {1}': 'no antes de: se encontró «{0}», se esperaba {1}',
  'deadline: found “{0}”, expected {1}': 'fecha límite: se encontró «{0}», se esperaba {1}',
  'timeout: found “{0}”, expected {1}': 'tiempo límite: se encontró «{0}», se esperaba {1}',
  'retries: found “{0}”, expected {1}': 'reintentos: se encontró «{0}», se esperaba {1}',
  'batch: found “{0}”, expected {1}': 'lote: se encontró «{0}», se esperaba {1}',
  'parameters: found “{0}”, expected {1}': 'parámetros: se encontró «{0}», se esperaba {1}',
  'parameter name: found “{0}”, expected {1}': 'nombre de parámetro: se encontró «{0}», se esperaba {1}',
  'parameter “{0}”: found “{1}”, expected {2}': 'parámetro «{0}»: se encontró «{1}», se esperaba {2}',
  none: 'ninguna',
  'at least one': 'al menos una',
  'at most {0}': 'como mucho {0}',
  '1 to {0} characters': 'de 1 a {0} caracteres',
  '1–128 of A–Z a–z 0–9 . _ -': '1–128 caracteres de A–Z a–z 0–9 . _ -',
  'at most {0} characters for a sweep': 'como mucho {0} caracteres para un barrido',
  'a name of at most {0} characters': 'un nombre de como mucho {0} caracteres',
  'one that a worker has: {0}': 'uno que tenga algún nodo: {0}',
  'one that {0} has: {1}': 'uno que tenga {0}: {1}',
  'a whole number from {0} to {1}': 'un número entero de {0} a {1}',
  'a configured worker, or none for an automatic choice':
    'un nodo configurado, o ninguno para que se elija solo',
  'letters, digits and _, at most {0}, not a digit first':
    'letras, cifras y _, como mucho {0}, sin empezar por una cifra',
  'a finite number, true or false, or at most {0} characters':
    'un número finito, true o false, o como mucho {0} caracteres',
  'range: found “{0}”, expected a range such as 1..20 or 0..100..5':
    'rango: se encontró «{0}», se esperaba un rango como 1..20 o 0..100..5',
  '{0}: found “[]”, expected a list of at least one value':
    '{0}: se encontró «[]», se esperaba una lista de al menos un valor',
  '{0}: found “{1}”, expected a range whose step leads from its first number to its last, such as 0..100..5':
    '{0}: se encontró «{1}», se esperaba un rango cuyo paso lleve del primer número al último, como 0..100..5',
  'this would make {0} tasks, and at most {1} may be made at once: take fewer values, or raise TASK_SWEEP_LIMIT':
    'esto haría {0} tareas, y se pueden hacer como mucho {1} a la vez: use menos valores o aumente TASK_SWEEP_LIMIT',

  // How an attempt ended.
  'could not be reached: {0}': 'no se pudo contactar con el nodo: {0}',
  'no result within {0} s': 'sin resultado en {0} s',
  'no answer that could be understood: {0}': 'no llegó ninguna respuesta que se entendiera: {0}',
  'attempt {0} answered first': 'el intento {0} respondió antes',
  'its deadline passed before it could run': 'su fecha límite pasó antes de que pudiera ejecutarse',
  'a result came late from {0}, and was the first': 'un resultado llegó tarde de {0}, y fue el primero',
  'a result came late from {0}: the task was completed already, it does not count':
    'un resultado llegó tarde de {0}: la tarea ya estaba completada, no cuenta',
  'a result came late from {0}: the task was failed already, it does not count':
    'un resultado llegó tarde de {0}: la tarea ya había fallado, no cuenta',
  'a result came late from {0}: the task was cancelled already, it does not count':
    'un resultado llegó tarde de {0}: la tarea ya estaba anulada, no cuenta',
  'its worker vanished while it ran': 'su nodo desapareció mientras la ejecutaba',
  'its worker died while it ran': 'su nodo cayó mientras la ejecutaba',
  'its worker is gone': 'su nodo ya no está',
  'its worker is not configured any more': 'su nodo ya no está configurado',
  'the worker never got it': 'nunca llegó al nodo',
  'the worker had not got it, and does not run it any more': 'no había llegado al nodo, y ya no se ejecutará',
  'the worker could not tell in time what became of it': 'el nodo no pudo decir a tiempo qué fue de ella',
  'no answer came, and the worker could not tell in time what became of it: it may have run':
    'no llegó respuesta, y el nodo no pudo decir a tiempo qué fue de ella: puede que se ejecutara',
  'called off': 'se anuló',
  'called off at the worker': 'se anuló en el propio nodo',
  '{0} cannot be told to end it: it goes on there, and its slot stays taken until it ends':
    'no se le puede decir a {0} que la termine: sigue allí, y su plaza queda ocupada hasta que acabe',
  '{0} cannot be told to end it: if it got it, it goes on there, and its slot stays taken until it ends':
    'no se le puede decir a {0} que la termine: si le llegó, sigue allí, y su plaza queda ocupada hasta que acabe',
  'exit code {0}': 'código de salida {0}',
  'exit code {0}: {1}': 'código de salida {0}: {1}',
  'failed without a reason': 'falló sin decir por qué',
  'ended as failed': 'terminó como fallida',
  'ended as timeout': 'terminó por su tiempo límite',
  'ended as cancelled': 'terminó como anulada',

  // Why a call to a worker did not succeed.
  'connection refused': 'conexión rechazada',
  'connection refused: {0}': 'conexión rechazada: {0}',
  'no answer in time': 'sin respuesta a tiempo',
  'no answer in time: {0}': 'sin respuesta a tiempo: {0}',
  unreachable: 'inalcanzable',
  'unreachable: {0}': 'inalcanzable: {0}',
  'connection reset': 'conexión cortada',
  'connection reset: {0}': 'conexión cortada: {0}',
  'name not found': 'nombre no encontrado',
  'name not found: {0}': 'nombre no encontrado: {0}',
  'HTTP status': 'estado HTTP',
  'HTTP status {0}': 'estado HTTP {0}',
  'answer not understood': 'respuesta no entendida',
  'answer not understood: {0}': 'respuesta no entendida: {0}',
  'answer too large': 'respuesta demasiado grande',
  'answer too large: {0}': 'respuesta demasiado grande: {0}',
  failed: 'falló',
  'failed: {0}': 'falló: {0}',
  empty: 'un texto vacío',
  'not JSON': 'no es JSON',
  'not HTTP': 'no es HTTP',
  'not as expected': 'no es como se esperaba',
  '{0}: not as expected': '{0}: no es como se esperaba',
  'expected object': 'se esperaba un objeto',
  '{0}: expected array': '{0}: se esperaba una lista',
  '{0}: expected string': '{0}: se esperaba un texto',
  '{0}: expected "active"': '{0}: se esperaba "active"',
  '{0}: expected "success"': '{0}: se esperaba "success"',
  '{0}: expected "queued"': '{0}: se esperaba "queued"',
  'token file {0} {1}': 'archivo de token {0} {1}',
  'token file {0} does not exist': 'el archivo de token {0} no existe',
  'token file {0} is larger than {1} bytes': 'el archivo de token {0} tiene más de {1} bytes',
  'token file {0} must hold one token, without spaces':
    'el archivo de token {0} debe contener un solo token, sin espacios',

  // Screens that attach.
  'no connection to the master for {0} s: nothing was done; it is tried again all the time':
    'sin conexión con el maestro desde hace {0} s: no se hizo nada; se sigue intentando',
  'no connection to the master for {0} s ({1}): nothing was done; it is tried again all the time':
    'sin conexión con el maestro desde hace {0} s ({1}): no se hizo nada; se sigue intentando',
  'the connection broke before the master answered ({0}): it is not known whether this was carried out; its tasks are in the list if it was':
    'se cortó la conexión antes de que el maestro respondiera ({0}): no se sabe si esto se hizo; si se hizo, sus tareas están en la lista',
  'the connection broke before the master answered ({0}): it is not known whether this was carried out; look before doing it again':
    'se cortó la conexión antes de que el maestro respondiera ({0}): no se sabe si esto se hizo; mírelo antes de repetirlo',
  'the connection broke before the master answered ({0}): ask again':
    'se cortó la conexión antes de que el maestro respondiera ({0}): pregunte de nuevo',
  'this request has {0} MB, and a master takes at most {1} MB at once: submit fewer tasks at a time':
    'esta petición tiene {0} MB, y un maestro acepta como mucho {1} MB a la vez: envíe menos tareas cada vez',
  'this screen was closed': 'esta pantalla se cerró',
  'this screen was closed before there was a master':
    'esta pantalla se cerró antes de que hubiera un maestro',
  'this client may only look: nothing was done': 'esta pantalla solo puede mirar: no se hizo nada',
  'this master is ended where it was started': 'este maestro se termina donde se arrancó',
  'the master does not take this request: {0}': 'el maestro no acepta esta petición: {0}',
  '“{0}” is nothing that this master knows': '«{0}» no es nada que este maestro conozca',
  'no master listens at {0}': 'ningún maestro escucha en {0}',
  'what listens at {0} is no master': 'lo que escucha en {0} no es un maestro',
  'the master has ended: {0}': 'el maestro ha terminado: {0}',
  'it was ended': 'así se pidió',
  'the master closed the connection': 'el maestro cerró la conexión',
  'the master does not answer': 'el maestro no responde',
  'the connection to the master broke ({0})': 'se cortó la conexión con el maestro ({0})',
  'the master at {0} belongs to another user: attach as that user':
    'el maestro de {0} es de otro usuario: conéctese como ese usuario',
  'protocol {0} there, {1} here': 'protocolo {0} allí, {1} aquí',
  'the master (pid {0}) is elastic-tui {1}, older than this {2} ({3}): end it and start it anew with this version':
    'el maestro (pid {0}) es elastic-tui {1}, más antiguo que este {2} ({3}): termínelo y arránquelo de nuevo con esta versión',
  'the master (pid {0}) is elastic-tui {1}, newer than this {2} ({3}): start this screen with that version':
    'el maestro (pid {0}) es elastic-tui {1}, más nuevo que este {2} ({3}): arranque esta pantalla con esa versión',
  'what the master sends is not understood ({0})': 'no se entiende lo que envía el maestro ({0})',
  'a line of more than {0} bytes': 'una línea de más de {0} bytes',
  'the master tells of something that this version does not know ({0}): start this screen with the version of the master':
    'el maestro cuenta algo que esta versión no conoce ({0}): arranque esta pantalla con la versión del maestro',
  'a client was dropped': 'se desconectó a un cliente',
  'other screens cannot attach, since {0} cannot be made ({1})':
    'otras pantallas no se pueden conectar, porque no se puede crear {0} ({1})',
  'something else is there': 'ahí hay otra cosa',
  '{0} cannot be looked at ({1}): attach as the user whom {2} belongs to':
    'no se puede mirar {0} ({1}): conéctese como el usuario al que pertenece {2}',
  '{0} is not used for screens that attach, since {1}: {2}, or name another folder with --dir':
    '{0} no se usa para pantallas que se conectan, porque {1}: {2}, o indique otra carpeta con --dir',
  'it cannot be made ({0})': 'no se puede crear ({0})',
  'it is no folder': 'no es una carpeta',
  'it is open to others': 'está abierta a otros',
  'it belongs to another user': 'es de otro usuario',
  'attach as that user': 'conéctese como ese usuario',
  'remove it': 'quítelo',
};
