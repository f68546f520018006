#!/usr/bin/env node
// Copies what the built program reads beside its code and the compiler leaves behind: the migrations.
import { cp } from 'node:fs/promises';

const from = new URL('src/store/migrations/', import.meta.url);
const to = new URL('dist/store/migrations/', import.meta.url);
await cp(from, to, { recursive: true });
