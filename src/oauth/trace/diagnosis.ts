/** A mistake that was recognized: what is wrong, in plain words, and what to change. */
export interface Diagnosis {
  code: string;
  text: string;
}

export interface Facts {
  phase: 'authorization' | 'callback' | 'token' | 'refresh' | 'key_check' | 'verification' | 'revocation';
  settings?: object;
  redirectUri?: string;
  refusal?: string;
  error?: { code: string; description?: string };
  answer?: object;
  failure?: { code: string; reason?: string; message: string };
  granted?: object;
  providerClock?: { skewSeconds: number };
}

export function diagnose(_facts: Facts): Diagnosis | undefined {
  return undefined;
}
