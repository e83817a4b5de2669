import { html } from '../markup/html.js';
import type { Texts } from './texts.js';

const ASK_ASSISTANT = 'Bitten Sie Ihren Assistenten um einen neuen Link.';
const NOT_CONNECTED = 'Es wurde nichts verbunden.';
const START_AGAIN = 'Beginnen Sie die Verbindung in der Anwendung noch einmal.';
const OTHER_USER = {
  title: 'Dieser Link ist nicht für diesen Browser',
  text: 'Er gilt nur für die Person, die um ihn gebeten hat, und nur in einem Browser, in dem sie den Assistenten verbunden hat. Wenn Sie das sind, verbinden Sie den Assistenten in diesem Browser noch einmal und öffnen Sie dann den Link wieder. Wenn diese Seite dann noch einmal erscheint, wenden Sie sich an die Betreiber des Assistenten. Wenn Ihnen jemand den Link geschickt hat, schließen Sie diese Seite.',
};
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
    not_stored: {
      title: 'Ihre Anmeldung konnte nicht gespeichert werden',
      text: `Das liegt an uns. ${NOT_CONNECTED} Warten Sie ein paar Minuten und bitten Sie dann Ihren Assistenten um einen neuen Link.`,
    },
    other_browser: {
      title: 'Bitte bleiben Sie in einem Browser',
      text: `Die Anmeldung wurde in einem anderen Browser begonnen, oder Cookies sind ausgeschaltet. Öffnen Sie den Link noch einmal und beenden Sie die Anmeldung hier. ${NOT_CONNECTED}`,
    },
    other_user: { ...OTHER_USER, text: `${OTHER_USER.text} ${NOT_CONNECTED}` },
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

  confirmation: {
    title: (domain) => `Diesen Aufruf bei ${domain} erlauben?`,
    request: (gpt, domain) => html`${gpt} möchte für Sie diesen Aufruf bei ${domain} ausführen.`,
    operation: 'Was er tut',
    call: 'Anfrage',
    arguments: 'Mit diesen Werten',
    user: 'Im Namen von',
    caution:
      'Fahren Sie nur fort, wenn Sie das sind und darum gebeten haben. Der Aufruf wurde noch nicht ausgeführt. Wenn Sie ihn erlauben, wird er einmal ausgeführt.',
    agree: 'Erlauben',
    decline: 'Nicht erlauben',
    agreed: {
      title: 'Der Aufruf ist erlaubt',
      text: 'Gehen Sie zu Ihrem Gespräch zurück, und bitten Sie Ihren Assistenten, es noch einmal zu versuchen, wenn er nicht von selbst fortfährt.',
    },
    declined: { title: 'Der Aufruf wurde nicht erlaubt', text: 'Er wird nicht ausgeführt.' },
    refusals: {
      unknown: { title: 'Seite nicht gefunden', text: `Der Link ist falsch oder zu alt. ${ASK_ASSISTANT}` },
      expired: { title: 'Dieser Link ist abgelaufen', text: `Der Aufruf wurde nicht ausgeführt. ${ASK_ASSISTANT}` },
      answered: {
        title: 'Sie haben bereits entschieden',
        text: 'Eine Entscheidung kann nicht geändert werden. Fragen Sie Ihren Assistenten noch einmal.',
      },
      other_user: { ...OTHER_USER, text: `${OTHER_USER.text} Der Aufruf wurde nicht ausgeführt.` },
      cross_site: {
        title: 'Es wurde nichts geändert',
        text: 'Eine andere Website hat versucht, das für Sie zu tun. Wenn Sie den Aufruf erlauben möchten, öffnen Sie Ihren Link noch einmal und entscheiden Sie dort.',
      },
    },
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

  authorization: {
    title: (client) => `Darf ${client} für Sie handeln?`,
    request: (client, gpt) =>
      html`${client} möchte ${gpt} verwenden und alles, was damit und mit Ihren Konten möglich ist.`,
    client: 'Anwendung',
    publishedBy: (host) => html`Veröffentlicht von ${host}`,
    notVerified: 'Nicht überprüft: Diesen Namen kann jeder verwenden.',
    redirect: 'Der Zugang geht an',
    user: 'Gehandelt wird für',
    assistant: 'Assistent',
    from: 'Von',
    loopback:
      'Der Zugang geht an ein Programm auf diesem Gerät. Fahren Sie nur fort, wenn Sie die Verbindung gerade selbst in einem Programm begonnen haben, dem Sie vertrauen.',
    application:
      'Der Zugang geht an eine App auf diesem Gerät. Fahren Sie nur fort, wenn Sie die Verbindung gerade selbst in einer App begonnen haben, der Sie vertrauen.',
    caution: (target) =>
      `Fahren Sie nur fort, wenn Sie das selbst begonnen haben und ${target} kennen. Wenn Ihnen jemand einen Link geschickt hat oder Sie diese Seite nicht erwarten, erlauben Sie nichts.`,
    allow: 'Erlauben',
    deny: 'Nicht erlauben',
    refusals: {
      unknown: {
        title: 'Anfrage nicht gefunden',
        text: 'Die Adresse ist falsch, die Anfrage zu alt, oder dieser Assistent nimmt solche Verbindungen nicht an.',
      },
      client: {
        title: 'Die Anwendung kann nicht verbunden werden',
        text: 'Ihre Anfrage wird hier nicht angenommen, und zur Sicherheit werden Sie nicht zu ihr zurückgeschickt. Wenden Sie sich an ihre Entwickler.',
      },
      link: {
        title: 'So kann diese Seite nicht geöffnet werden',
        text: `Ihre Adresse ist unvollständig oder wurde schon ersetzt. ${START_AGAIN}`,
      },
      expired: { title: 'Diese Anfrage ist abgelaufen', text: START_AGAIN },
      ended: {
        title: 'Diese Anfrage wurde schon beantwortet',
        text: 'Wenn die Anwendung nicht verbunden ist, beginnen Sie die Verbindung dort noch einmal.',
      },
      other_browser: {
        title: 'Es wurde nichts erlaubt',
        text: 'Diese Anfrage wurde in einem anderen Browser begonnen. Wenn Ihnen jemand einen Link geschickt hat, wollte er vielleicht in Ihrem Namen handeln. Andernfalls beginnen Sie die Verbindung in der Anwendung noch einmal, mit eingeschalteten Cookies.',
      },
      cross_site: {
        title: 'Es wurde nichts geändert',
        text: 'Eine andere Website wollte für Sie antworten. Gehen Sie zur Seite zurück und drücken Sie dort auf die Schaltfläche.',
      },
      changed: { title: 'Der Assistent wurde geändert', text: START_AGAIN },
    },
  },
};
