import { waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

export type User = ReturnType<typeof userEvent.setup>;

/** Without the checks whether an element can be clicked: they compute styles, which is most of the time of a test. */
export const startUser = (): User => userEvent.setup({ delay: null, pointerEventsCheck: 0 });

/** Options of the open list. Looking for them by role would compute the name, and so the styles, of each. */
export const options = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[role="option"]')];

/** The option whose text fits, when it has appeared. */
export const findOption = (text: RegExp): Promise<HTMLElement> =>
  waitFor(() => {
    const found = options().find(({ textContent }) => text.test(textContent ?? ''));
    if (found === undefined) {
      throw new Error(
        `No option fits ${text}; there are ${options()
          .map(({ textContent }) => textContent)
          .join(', ')}`
      );
    }
    return found;
  });
