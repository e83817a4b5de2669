export { completedResult, failedResult, textResult, type ModelFile, type ModelResult } from './results/model-result.js';
export { ToolCallResult, ToolCallResultPart } from './store/tool-call-result.entity.js';
export { ToolCallsModule } from './tool-calls.module.js';
export { Tools } from './tools.js';
