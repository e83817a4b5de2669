import { Injectable } from '@nestjs/common';

/** Tells whether the process is about to stop. It still serves requests then, but should get no new ones. */
@Injectable()
export class Drain {
  private started = false;

  get isStarted(): boolean {
    return this.started;
  }

  start(): void {
    this.started = true;
  }
}
