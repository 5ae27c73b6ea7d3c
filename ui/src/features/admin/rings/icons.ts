import { IconArrowsUp, IconMessageReply, IconStack2, IconStairsDown, IconUsersGroup } from '@tabler/icons-react';

/** A picture for each thing that a step can do. */
export const effectIcons = { relax: IconStairsDown, queue: IconStack2, team: IconUsersGroup, priority: IconArrowsUp, offer: IconMessageReply } as const;
