export { ConfirmationRow } from './confirmation.entity.js';
export { DispatchModule } from './dispatch.module.js';
