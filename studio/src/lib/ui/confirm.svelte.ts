// `await confirm({...})`: asks before something that cannot be undone. Shown by `Confirm.svelte`, which stands once in
// the shell.

export type Question = { title: string; text: string; yes: string; no?: string; isDanger?: boolean };

class Asker {
  question: Question | null = $state(null);
  #resolve: (answer: boolean) => void = () => {};

  ask(question: Question): Promise<boolean> {
    this.#resolve(false);
    this.question = question;
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  answer(yes: boolean) {
    this.question = null;
    this.#resolve(yes);
  }
}

export const asker = new Asker();
export const confirm = (question: Question) => asker.ask(question);
