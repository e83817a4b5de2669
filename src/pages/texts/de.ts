import { html } from '../markup/html.js';
import type { Texts } from './texts.js';

const ASK_ASSISTANT = 'Bitten Sie Ihren Assistenten um einen neuen Link.';
const NOT_CONNECTED = 'Es wurde nichts verbunden.';
const REQUEST_LINK = 'Gehen Sie dorthin zurück, wo Sie den Link gefunden haben, und fordern Sie einen neuen an.';

export const de: Texts = {
  languageName: 'Deutsch',
  languages: 'Sprache',
  reference: 'Kennzeichen',
  goBack: 'Zurück zum Assistenten',
  canClose: 'Sie können dieses Fenster schließen.',

  signIn: {
    title: (domain) => `Bei ${domain} anmelden`,
    request: (gpt, domain) => html`${gpt} möchte ${domain} mit Ihrem dortigen Konto verwenden.`,
    explanations: {
      provider: 'Sie melden sich auf der Seite des Anbieters an. Dieser Assistent erfährt Ihr Passwort nie.',
      api_key: 'Ihr Schlüssel wird verschlüsselt gespeichert und nur an diesen Dienst gesendet.',
      password: 'Ihr Benutzername und Ihr Passwort werden verschlüsselt gespeichert und nur an diesen Dienst gesendet.',
    },
    assistant: 'Assistent',
    from: 'Von',
    usedFor: 'Ihr Konto wird verwendet für',
    scopes: (count) =>
      count === 1 ? 'Verlangt wird diese Berechtigung' : `Verlangt werden diese ${count} Berechtigungen`,
    prompts: { api_key: 'Ihr API-Schlüssel', username: 'Benutzername', password: 'Passwort' },
    help: (host) => `Zu finden bei ${host}`,
    formErrors: {
      not_accepted: 'Der Dienst hat das nicht angenommen. Prüfen Sie Ihre Eingabe und versuchen Sie es noch einmal.',
      not_checked: 'Der Dienst war nicht zu erreichen, um das zu prüfen. Versuchen Sie es gleich noch einmal.',
      no_username: 'Geben Sie Ihren Benutzernamen ein.',
      colon_in_username: 'Ein Benutzername kann keinen Doppelpunkt enthalten.',
      no_key: 'Geben Sie Ihren Schlüssel ein.',
      not_a_key: 'Das sieht nicht wie ein Schlüssel aus: Es enthält Zeichen, die in keinem Schlüssel vorkommen.',
    },
    privacyPolicy: (domain) => `Datenschutzerklärung von ${domain}`,
    buttons: {
      provider: (domain) => `Bei ${domain} anmelden`,
      api_key: (domain) => `Schlüssel für ${domain} speichern`,
      password: (domain) => `Anmeldedaten für ${domain} speichern`,
    },
    caution:
      'Fahren Sie nur fort, wenn Sie das sind und darum gebeten haben: Die oben genannte Person handelt dann mit Ihrem Konto. Schließen Sie andernfalls diese Seite. Bisher wurde nichts verbunden.',
  },

  outcomes: {
    connected: (domain) => ({
      title: `Sie sind bei ${domain} angemeldet`,
      text: 'Gehen Sie zu Ihrem Gespräch zurück, um fortzufahren.',
    }),
    denied: {
      title: 'Sie haben sich nicht angemeldet',
      text: `${NOT_CONNECTED} Für einen neuen Versuch bitten Sie Ihren Assistenten um einen neuen Link.`,
    },
    awaiting: {
      title: 'Noch ein Schritt',
      text: 'Der Assistent muss noch bestätigen, dass Sie es sind. Gehen Sie zu ihm zurück und machen Sie dort weiter.',
    },
    expired: { title: 'Dieser Link ist abgelaufen', text: `${NOT_CONNECTED} ${ASK_ASSISTANT}` },
    failed: {
      title: (domain) => `${domain} konnte nicht verbunden werden`,
      text: {
        setup: (domain) =>
          `${domain} und dieser Assistent sind noch nicht für die Zusammenarbeit eingerichtet. Ein neuer Versuch hilft nicht: Wenden Sie sich an die Betreiber des Assistenten und nennen Sie ihnen das Kennzeichen unten.`,
        unreachable: (domain) =>
          `Der Dienst, bei dem Sie sich für ${domain} anmelden, hat nicht geantwortet. Warten Sie ein paar Minuten und bitten Sie dann Ihren Assistenten um einen neuen Link.`,
        untrusted: () =>
          `Die Antwort kam nicht von dem Dienst, zu dem Sie geschickt wurden. Damit Ihr Konto sicher bleibt, wurde nichts verbunden. Sagen Sie den Betreibern des Assistenten Bescheid, wenn das wieder geschieht.`,
        other_user: () =>
          `Der Link war für eine andere Person bestimmt als die, die sich angemeldet hat. ${NOT_CONNECTED} Bitten Sie Ihren eigenen Assistenten um einen Link und geben Sie ihn nicht weiter.`,
        changed: () => `Der Assistent wurde geändert, während Sie sich angemeldet haben. ${ASK_ASSISTANT}`,
        other: () => `Die Anmeldung hat nicht geklappt. ${NOT_CONNECTED} ${ASK_ASSISTANT}`,
      },
    },
  },

  refusals: {
    unknown: { title: 'Anmeldung nicht gefunden', text: `Der Link ist falsch oder zu alt. ${ASK_ASSISTANT}` },
    no_state: {
      title: 'Dieser Anmeldung ist nicht zu trauen',
      text: `Die Antwort des Dienstes, bei dem Sie sich angemeldet haben, ist unvollständig und lässt sich Ihnen nicht zuordnen. ${NOT_CONNECTED} Wenden Sie sich an die Betreiber des Assistenten.`,
    },
    ended: { title: 'Diese Anmeldung ist beendet', text: ASK_ASSISTANT },
    expired: { title: 'Dieser Link ist abgelaufen', text: `${NOT_CONNECTED} ${ASK_ASSISTANT}` },
    too_many_attempts: { title: 'Dieser Link wurde zu oft verwendet', text: `${NOT_CONNECTED} ${ASK_ASSISTANT}` },
    other_browser: {
      title: 'Bitte bleiben Sie in einem Browser',
      text: `Die Anmeldung wurde in einem anderen Browser begonnen, oder Cookies sind ausgeschaltet. Öffnen Sie den Link noch einmal und beenden Sie die Anmeldung hier. ${NOT_CONNECTED}`,
    },
    cross_site: {
      title: 'Bitte beginnen Sie mit dem Link',
      text: `Eine andere Website wollte diese Anmeldung für Sie beginnen. Wenn Sie sich anmelden möchten, öffnen Sie Ihren Link noch einmal und drücken Sie dort auf die Schaltfläche. ${NOT_CONNECTED}`,
    },
  },
  tooFast: {
    title: 'Bitte warten Sie einen Moment',
    text: 'Es waren zu viele Anfragen. Versuchen Sie es in einer Minute noch einmal.',
  },
  broken: {
    title: 'Etwas ist schiefgegangen',
    text: 'Der Fehler liegt bei uns, und es wurde nichts geändert. Öffnen Sie den Link gleich noch einmal, oder bitten Sie Ihren Assistenten um einen neuen.',
  },

  accounts: {
    open: {
      title: 'Ihre verbundenen Konten',
      text: (tenant) =>
        html`Sehen Sie, welche Ihrer Konten die Assistenten von ${tenant} verwenden können, und trennen Sie sie.`,
      user: 'Das sind die Konten von',
      button: 'Konten anzeigen',
      caution: 'Der Link gilt eine Stunde lang und nur in dem Browser, der ihn zuerst öffnet.',
    },
    title: 'Ihre verbundenen Konten',
    intro: (count, tenant) =>
      count === 1
        ? `Sie haben ein Konto mit den Assistenten von ${tenant} verbunden.`
        : `Sie haben ${count} Konten mit den Assistenten von ${tenant} verbunden.`,
    none: { title: 'Keine verbundenen Konten', text: 'Kein Assistent kann eines Ihrer Konten verwenden.' },
    more: (count) => `Nur die ersten ${count} werden gezeigt. Trennen Sie einige, um die übrigen zu sehen.`,
    status: { active: 'Verbunden', reconnect_required: 'Anmeldung nötig' },
    statusLabel: 'Zustand',
    reconnect:
      'Diese Verbindung funktioniert nicht mehr. Ihr Assistent bittet Sie um eine neue Anmeldung, wenn er sie braucht.',
    since: 'Verbunden seit',
    lastUsed: 'Zuletzt verwendet',
    neverUsed: 'Nie',
    justNow: 'Gerade eben',
    disconnect: 'Trennen',
    disconnectWhich: (domain, gpt) => `${domain} von ${gpt}`,
    ask: {
      title: (domain) => `${domain} trennen?`,
      text: (gpt, domain) =>
        html`${gpt} kann Ihr Konto bei ${domain} dann nicht mehr verwenden. Sie können sich jederzeit wieder anmelden,
        wenn Sie darum gebeten werden.`,
      button: 'Trennen',
      keep: 'Verbunden lassen',
    },
    disconnected: (domain, gpt) => `${domain} ist getrennt. ${gpt} kann Ihr Konto dort nicht mehr verwenden.`,
    notConnected: 'Dieses Konto war bereits getrennt.',
    done: 'Fertig',
    finished: { title: 'Alles erledigt', text: 'Dieser Link gilt nicht mehr.' },
    refusals: {
      unknown: { title: 'Seite nicht gefunden', text: `Der Link ist falsch oder zu alt. ${REQUEST_LINK}` },
      expired: { title: 'Dieser Link ist abgelaufen', text: `Er galt eine Stunde lang. ${REQUEST_LINK}` },
      other_browser: {
        title: 'Dieser Link ist in einem anderen Browser offen',
        text: `Er gilt nur in dem Browser, der ihn zuerst geöffnet hat, und braucht Cookies. ${REQUEST_LINK}`,
      },
      cross_site: {
        title: 'Es wurde nichts geändert',
        text: 'Eine andere Website wollte das für Sie tun. Wenn Sie diese Änderung möchten, öffnen Sie Ihren Link noch einmal und nehmen Sie sie dort vor.',
      },
    },
  },
};
