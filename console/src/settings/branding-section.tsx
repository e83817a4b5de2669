import { Button, FileButton, Group, Image, Input, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { SettingsSection } from '../ui/settings-section';
import type { SettingsForm } from './use-settings-form';

const LOGO_TYPES = 'image/png,image/jpeg,image/webp';

/** The API accepts data URLs of up to 64 KiB, which are a third larger than the file. */
const MAX_LOGO_BYTES = 48 * 1024;

/** The look of the pages that end users see. */
export function BrandingSection({ form: { fields, set, text, errors } }: { form: SettingsForm }) {
  return (
    <SettingsSection title="Branding" description="The look of the sign-in and connected-accounts pages.">
      <LogoField logo={fields.logo} change={(logo) => set({ logo })} error={errors['logo']} />
      <TextInput
        label="Colour"
        description="The colour of buttons and links, as #rrggbb. Their text is black or white, whichever is easier to read."
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
    </SettingsSection>
  );
}

interface LogoFieldProps {
  logo: string;
  change: (logo: string) => void;
  error: string | undefined;
}

function LogoField({ logo, change, error }: LogoFieldProps) {
  const [sizeError, setSizeError] = useState<string>();
  const choose = async (file: File | null) => {
    if (!file) return;
    if (file.size > MAX_LOGO_BYTES) {
      setSizeError('The file is larger than 48 KB. Choose a smaller one: the logo is shown 40 pixels high.');
      return;
    }
    setSizeError(undefined);
    change(await dataUrlOf(file));
  };
  return (
    <Input.Wrapper
      label="Logo"
      description="PNG, JPEG or WebP, up to 48 KB."
      error={sizeError ?? error}
      labelElement="div"
    >
      <Group gap="sm" mt={6}>
        {logo ? (
          <Image src={logo} alt="Current logo" h={40} w="auto" maw={200} fit="contain" />
        ) : (
          <Text size="sm">No logo</Text>
        )}
        <FileButton onChange={(file) => void choose(file)} accept={LOGO_TYPES}>
          {(props) => (
            <Button variant="default" size="compact-sm" {...props}>
              {logo ? 'Replace' : 'Choose a file'}
            </Button>
          )}
        </FileButton>
        {logo && (
          <Button variant="default" size="compact-sm" onClick={() => change('')}>
            Remove logo
          </Button>
        )}
      </Group>
    </Input.Wrapper>
  );
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('The file cannot be read.')));
    reader.readAsDataURL(file);
  });
}
