import { Problem } from '../api/problem';
import { Failure } from '../ui/failure';

/** Titles and advice for errors that only documents have, by the problem's code. */
const EXPLANATIONS: Record<string, { title: string; advice: string }> = {
  duplicate_domain: {
    title: 'Another action already uses this domain',
    advice:
      'Two actions of a GPT cannot share a domain, so that it is always clear which credentials a call carries. Change the server URL, or add these operations to the other action’s document.',
  },
  secrets_required: {
    title: 'The secrets must be entered again',
    advice:
      'Nothing has been changed. Set the authentication to None, save the document, then set up the authentication again with its secrets. Its users will have to sign in again.',
  },
  conflict: {
    title: 'Someone else has changed this action',
    advice: 'Your text is still here. Copy it, then reload the page to see what has changed.',
  },
};

interface DocumentFailureProps {
  error: unknown;
  /** The editor already lists the problems of the document. */
  areProblemsListed?: boolean;
}

/** Why a document was rejected, and what to do about it. */
export function DocumentFailure({ error, areProblemsListed = false }: DocumentFailureProps) {
  const code = error instanceof Problem ? error.code : '';
  if (code === 'invalid_openapi' && areProblemsListed) {
    const message = new Error('Fix the errors that are listed below the editor.');
    return <Failure error={message} title="The document cannot be used" />;
  }
  const explanation = EXPLANATIONS[code];
  return (
    <Failure error={error} title={explanation?.title}>
      {explanation?.advice}
    </Failure>
  );
}
