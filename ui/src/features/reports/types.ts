import type { components } from '@/api/schema';

type Schemas = components['schemas'];

export type Report = Schemas['Report'];
export type ReportPage = Schemas['ReportPage'];
export type Durations = Schemas['Durations'];
export type FactItem = Schemas['FactItem'];
