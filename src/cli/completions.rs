//! `stance completions SHELL`.

use std::io::Write;

use clap_complete::Shell;

use super::Outcome;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mkdir -p ~/.local/share/bash-completion/completions
  stance completions bash > ~/.local/share/bash-completion/completions/stance

  mkdir -p ~/.zfunc    # ~/.zshrc needs, before compinit: fpath+=(~/.zfunc)
  stance completions zsh > ~/.zfunc/_stance

  mkdir -p ~/.config/fish/completions
  stance completions fish > ~/.config/fish/completions/stance.fish")]
pub(crate) struct Args {
    /// Which shell
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::definition(), "stance", &mut script);
    Ok(std::io::stdout().write_all(&script)?)
}
