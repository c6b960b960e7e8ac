//! `stance explain`: which features moved the decision.

use std::io::Write;

use clap::ValueEnum;
use stance::error::Error;
use stance::explanation::Explanation;
use stance::report::ExplanationPage;

use super::Outcome;
use super::args::ModelArg;
use super::writer::usual_label;

/// Show which features moved the decision on a sentence: exact contributions, which sum to the score
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  stance explain \"The ministry rejected the charge as baseless.\"")]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// The sentence
    #[arg(value_name = "TEXT")]
    text: String,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Show this many contributions; 0 for all
    #[arg(long, value_name = "N", default_value_t = 15)]
    top: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
    Html,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let model = args.model.load()?;
    if args.text.trim().is_empty() {
        return Err(Error::usage("an empty text", "give the sentence to explain").into());
    }
    let mut explanation = model.pipeline.explain(args.text.as_str());
    let text = match args.format {
        Format::Table => table(&explanation, args.top),
        Format::Html => ExplanationPage {
            text: &args.text,
            explanation: &explanation,
            labels: &model.pipeline.labels,
            plain: usual_label(&model.pipeline),
            top: args.top,
            provenance: &args.model.provenance(&model),
        }
        .render()?,
        Format::Json => {
            if args.top > 0 {
                explanation.contributions.truncate(args.top);
            }
            serde_json::to_string_pretty(&explanation).unwrap_or_default() + "\n"
        }
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

fn table(explanation: &Explanation, top: usize) -> String {
    let e = explanation;
    let mut text = format!(
        "{} {:.3}, against {} {:.3}: log-odds {:+.3}\n\n",
        e.label, e.probability, e.runner_up, e.runner_up_probability, e.log_odds
    );
    text += &format!("{:+8.3}  before a word is read (intercept, calibration, prior)\n", e.base);
    for (block, sum) in e.by_block() {
        text += &format!("{sum:+8.3}  {block}\n");
    }
    text += "\n";
    let shown = if top == 0 { e.contributions.len() } else { top.min(e.contributions.len()) };
    for contribution in &e.contributions[..shown] {
        text += &format!("{:+8.3}  {:<12} {}\n", contribution.log_odds, contribution.block, contribution.term);
    }
    let rest: f64 = e.contributions[shown..].iter().map(|c| c.log_odds).sum();
    if shown < e.contributions.len() {
        text += &format!("{rest:+8.3}  {} more terms\n", e.contributions.len() - shown);
    }
    text
}
