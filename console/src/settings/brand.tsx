import { Button, FileButton, Group, Image, Input, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Form } from './form';
import { Section } from './section';

const TYPES = 'image/png,image/jpeg,image/webp';

/** Of the file: as a data URL, a third larger, it may have 64 KiB. */
const MOST_BYTES = 48 * 1024;

/** How the pages look that end users see. */
export function Brand({ form: { fields, set, text, mistakes } }: { form: Form }) {
  const [refusal, setRefusal] = useState<string>();
  const choose = async (file: File | null) => {
    if (!file) return;
    if (file.size > MOST_BYTES)
      return setRefusal('The file has more than 48 KB. Make it smaller: it is shown 40 pixels high.');
    setRefusal(undefined);
    set({ logo: await dataUrlOf(file) });
  };
  return (
    <Section title="Look" text="Of the pages on which your users sign in, and see what they have connected.">
      <Input.Wrapper
        label="Logo"
        description="PNG, JPEG or WebP of at most 48 KB."
        error={refusal ?? mistakes['logo']}
        labelElement="div"
      >
        <Group gap="sm" mt={6}>
          {fields.logo ? (
            <Image src={fields.logo} alt="The logo" h={40} w="auto" maw={200} fit="contain" />
          ) : (
            <Text size="sm">None yet.</Text>
          )}
          <FileButton onChange={(file) => void choose(file)} accept={TYPES}>
            {(props) => (
              <Button variant="default" size="compact-sm" {...props}>
                {fields.logo ? 'Choose another' : 'Choose a file'}
              </Button>
            )}
          </FileButton>
          {fields.logo && (
            <Button variant="default" size="compact-sm" onClick={() => set({ logo: '' })}>
              Remove the logo
            </Button>
          )}
        </Group>
      </Input.Wrapper>
      <TextInput
        label="Colour"
        description="Of buttons and links, as #rrggbb. Text on it is made black or white, whichever can be read."
        placeholder="#2b4acb"
        maxLength={7}
        spellCheck={false}
        w={260}
        {...text('accent_color')}
        rightSection={
          /^#[\da-f]{6}$/i.test(fields.accent_color) && (
            <span
              aria-hidden
              style={{ width: 18, height: 18, borderRadius: 4, backgroundColor: fields.accent_color }}
            />
          )
        }
      />
    </Section>
  );
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('the file cannot be read')));
    reader.readAsDataURL(file);
  });
}
