export { Activity } from './activity.js';
export { MinuteStatistics } from './minute-statistics.entity.js';
export { StatisticsModule } from './statistics.module.js';
export { Statistics } from './statistics.js';
