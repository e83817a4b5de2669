export { Gpt } from './gpt.entity.js';
export { GptsModule } from './gpts.module.js';
