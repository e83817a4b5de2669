// Runs once: the database takes no part in what this suite tests.
import { startJmondiServer } from '../../support/servers/jmondi-server.js';
import { describeServer } from './describe-server.js';

describeServer('@jmondi/oauth2-server', startJmondiServer, {
  methods: ['default_post', 'basic_auth_header'],
  rejectsReuse: true,
});
