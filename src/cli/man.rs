//! `stance man`: the manual, from the definition of the command line.

use std::io::Write;
use std::path::PathBuf;

use clap_mangen::Man;
use stance::error::Error;

use super::Outcome;

/// Print the manual page, or write one page a command into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  stance man | man -l -\n  stance man -o ~/.local/share/man/man1")]
pub(crate) struct Args {
    /// Write stance.1, stance-train.1 … into this folder
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let definition = super::definition();
    match &args.output {
        None => {
            let mut page = Vec::new();
            Man::new(definition).render(&mut page)?;
            Ok(std::io::stdout().write_all(&page)?)
        }
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, &e))?;
            Ok(clap_mangen::generate_to(definition, folder).map_err(|e| Error::io(folder, &e))?)
        }
    }
}
