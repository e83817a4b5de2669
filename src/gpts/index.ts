export { Gpt } from './gpt.entity.js';
export { gptTopicId } from './gpts.service.js';
export { GptsModule } from './gpts.module.js';
