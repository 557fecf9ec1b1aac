import type { ViewContext } from '#ui/views/view.ts';
import { type FieldId, isChoiceField, isTextField } from './form-fields.ts';
import { parameterLabel } from './form-parameters.ts';
import { type FormContext, parameterIn } from './form-task.ts';

/** What a field is called. */
export function fieldLabel(field: FieldId, context: FormContext<Pick<ViewContext, 't'>>): string {
  const { t } = context;
  if (isChoiceField(field) || isTextField(field) || field === 'more') return t(`form.${field}`);
  const parameter = parameterIn(field, context);
  return parameter === undefined ? '' : parameterLabel(parameter, t);
}
