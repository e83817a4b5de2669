import { Injectable } from '@nestjs/common';

/** The routes that the router serves. */
@Injectable()
export class RouteList {
  readonly routes: { method: string; path: string }[] = [];
}
