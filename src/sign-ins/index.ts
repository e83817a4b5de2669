export type { CallbackParameters } from './flow/callback-parameters.js';
export { SignInMethods, type Begun, type Flow, type MethodPage, type SignInMethod } from './flow/sign-in-method.js';
export type { Ending, SignInWithAction } from './flow/sign-in-with-action.js';
export type { Prompt } from './pages/sign-in-page.js';
export { SignIn } from './sign-in.entity.js';
export { SignInsModule } from './sign-ins.module.js';
export { SignInsService, type SignInOffer } from './sign-ins.service.js';
