export { Gpt } from './gpt.entity.js';
export { GptsService, gptTopicId } from './gpts.service.js';
export { GptsModule } from './gpts.module.js';
