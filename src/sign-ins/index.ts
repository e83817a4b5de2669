export type { CallbackParameters } from './flow/callback-parameters.js';
export {
  SignInMethods,
  type Flow,
  type MethodPage,
  type Prompt,
  type ReceivedGrant,
  type SignInMethod,
  type StartedFlow,
} from './flow/sign-in-method.js';
export type { SignInResult, SignInWithAction } from './flow/sign-in-with-action.js';
export { SignIn } from './flow/sign-in.entity.js';
export { SignInsModule } from './sign-ins.module.js';
export { SignInOfferDto } from './sign-ins.dto.js';
export { SignInsService } from './sign-ins.service.js';
export { WaitSlots } from './wait-slots.js';
