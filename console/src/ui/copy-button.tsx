import { Button, VisuallyHidden, type ButtonProps } from '@mantine/core';
import { useEffect, useState } from 'react';

interface CopyButtonProps extends ButtonProps {
  text: string;
  /** What is copied, after "Copy". */
  what?: string;
}

const SHOWN_MS = 3000;

/** Copies a text, and says whether that went well to who sees it and to who hears it. */
export function CopyButton({ text, what = '', ...props }: CopyButtonProps) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(''), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <>
      <Button
        variant="default"
        {...props}
        onClick={async () => setSaid((await copied(text)) ? 'Copied' : 'Could not be copied: select it')}
      >
        {said || `Copy ${what}`.trim()}
      </Button>
      <VisuallyHidden component="output">{said}</VisuallyHidden>
    </>
  );
}

/** There is no clipboard where the page came over plain http from another machine, or its user has forbidden it. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
