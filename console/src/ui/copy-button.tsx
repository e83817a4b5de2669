import { Button, VisuallyHidden, type ButtonProps } from '@mantine/core';
import { useEffect, useState } from 'react';

interface CopyButtonProps extends ButtonProps {
  text: string;
  /** The name of what is copied, such as "key". */
  name: string;
}

const RESULT_SHOWN_MS = 3000;

/** Copies a text and announces the result. */
export function CopyButton({ text, name, ...props }: CopyButtonProps) {
  const [result, setResult] = useState('');
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(''), RESULT_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [result]);
  return (
    <>
      <Button
        variant="default"
        {...props}
        onClick={async () => setResult((await copy(text)) ? 'Copied' : 'Could not copy: select the text instead')}
      >
        {result || `Copy ${name}`}
      </Button>
      <VisuallyHidden component="output">{result}</VisuallyHidden>
    </>
  );
}

/** Browsers have no clipboard on pages served over plain HTTP from another machine, or if the user has denied it. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
