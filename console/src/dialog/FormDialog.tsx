import { useMutation } from '@tanstack/react-query'
import { Button, Form } from 'antd'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { Dialog } from './Dialog.tsx'

interface Props<Values extends object, Answer> {
  title: string
  /** What the button does; without it: save. */
  okText?: string
  danger?: boolean
  width?: number
  initial?: Partial<Values>
  save: (values: Values) => Promise<Answer>
  /** Here a dialog closes, unless it has something to show first. */
  onSaved: (answer: Answer, values: Values) => void
  onClose: () => void
  /** At the other end of the buttons: what is done to the same thing without the form. */
  besides?: ReactNode
  children: ReactNode
}

/**
 * Fields, and one thing done with them. What was typed stays until it is saved: a click beside the dialog does not close
 * it, and a refusal stands beside the button that was pressed, where a long form does not scroll it away.
 */
export const FormDialog = <Values extends object, Answer = unknown>({
  title,
  okText,
  danger = false,
  width = 520,
  initial,
  save,
  onSaved,
  onClose,
  besides,
  children,
}: Props<Values, Answer>) => {
  const { t } = useTranslation()
  const formId = useId()
  const saving = useMutation({ mutationFn: save, onSuccess: onSaved })
  return (
    <Dialog
      className="form-dialog"
      title={title}
      mask={{ closable: false }}
      width={width}
      onCancel={onClose}
      footer={
        <>
          {saving.isError && <ErrorNote error={saving.error} />}
          <div className="edit-foot">
            {besides}
            <span className="edit-foot-end">
              <Button onClick={onClose}>{t('action.cancel')}</Button>
              {/* The form's own: Enter presses it too, and while it waits neither presses it again. */}
              <Button
                type="primary"
                htmlType="submit"
                form={formId}
                danger={danger}
                loading={saving.isPending}
              >
                {okText ?? t('action.save')}
              </Button>
            </span>
          </div>
        </>
      }
    >
      <Form<Values>
        id={formId}
        layout="vertical"
        requiredMark={false}
        scrollToFirstError
        {...(initial === undefined ? {} : { initialValues: initial })}
        onFinish={(values) => saving.mutate(values)}
      >
        {children}
      </Form>
    </Dialog>
  )
}
