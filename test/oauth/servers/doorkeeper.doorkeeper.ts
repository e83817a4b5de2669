import { startDoorkeeper } from '../../support/servers/doorkeeper.js';
import { describeServer } from './describe-server.js';

describeServer('Doorkeeper', startDoorkeeper, {
  methods: ['default_post', 'basic_auth_header'],
  refusesSecretsOfPublicClients: true,
  rejectsReuse: true,
  wrongRedirectUri: [],
});
