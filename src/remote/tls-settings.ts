// The settings both ends of remote logging share (auditd.conf(5), audisp-remote.conf(5)): transport, tls_* and what is left
// of Kerberos, as one table, and the checks between them.

import { absolutePath, choice, type Settings, word, yesNo } from '../base/settings.ts';

export const transportSchema = {
  transport: choice(['tcp', 'tls', 'krb5'], 'tcp', 'how records travel'),
  enable_krb5: yesNo(false, 'old name of transport = krb5'),
  tls_auth: choice(['psk', 'certificate'], 'psk', 'how a client proves who it is (certificate is ours)'),
  tls_crypto_profile: choice(['compatible', 'system', 'pqc'], 'compatible', 'ciphers and groups'),
  tls_psk_file: absolutePath('', 'the key both sides share, in hex'),
  tls_psk_identity: word('', 'the name a client gives with that key'),
  tls_cipher_suites: word(
    'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384',
    'TLS 1.3 ciphers',
  ),
  tls_key_exchange: word('', 'groups, with colons between them'),
  tls_require_pqc: yesNo(false, 'old name of tls_crypto_profile = pqc'),
  tls_certificate_file: absolutePath('', "ours: this side's certificate (PEM)"),
  tls_key_file: absolutePath('', 'ours: its private key (PEM)'),
  tls_ca_file: absolutePath('', "ours: who signed the other side's certificate (PEM)"),
};

export type TransportSettings = Settings<typeof transportSchema>;

/** Settings with the old names put under the new ones. */
export function withoutOldNames<T extends TransportSettings>(settings: T): T {
  return {
    ...settings,
    ...(settings.enable_krb5 ? { transport: 'krb5' as const } : {}),
    ...(settings.tls_require_pqc ? { tls_crypto_profile: 'pqc' as const } : {}),
  };
}

/** What is wrong between these settings. `orElse`: a keyword that may be given instead of the shared key, and its value. */
export function transportFault(settings: TransportSettings, orElse?: readonly [string, string]): string | undefined {
  const s = settings;
  if (s.transport === 'krb5') return 'Kerberos is not built; use transport = tls';
  if (s.transport !== 'tls') return undefined;
  if (s.tls_auth === 'certificate') {
    const all = s.tls_certificate_file && s.tls_key_file && s.tls_ca_file;
    return all ? undefined : 'tls_auth = certificate needs tls_certificate_file, tls_key_file and tls_ca_file';
  }
  if (orElse?.[1] || (s.tls_psk_file && s.tls_psk_identity)) return undefined;
  return `transport = tls needs tls_psk_file and tls_psk_identity${orElse ? `, or ${orElse[0]}` : ''}`;
}
