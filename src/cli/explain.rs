//! `stance explain`: which features moved the decision.

use std::io::Write;

use clap::ValueEnum;
use serde_json::json;
use stance::article::Sentence;
use stance::error::Error;
use stance::explanation::Explanation;
use stance::report::ExplanationPage;
use stance::report::predictions::visible;
use stance::sentences;

use super::Outcome;
use super::args::ModelArg;
use super::writer::usual_label;

/// Show which features moved the decision on a sentence: exact contributions, which sum to the score
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  stance explain \"The ministry rejected the charge as baseless.\"\n  stance explain --position 3 - < docs/example.txt"
)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// The text itself (no file name): a sentence, or an article whose sentences are explained in context; `-` reads standard input
    #[arg(value_name = "TEXT")]
    text: String,
    /// Explain only the sentence at this position, from 0
    #[arg(long, value_name = "N")]
    position: Option<usize>,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Show the N greatest contributions; 0 for all
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
    let text = if args.text == "-" {
        std::io::read_to_string(std::io::stdin()).map_err(|e| Error::io("-".as_ref(), &e))?
    } else {
        args.text.clone()
    };
    let article: Vec<Sentence> = sentences::split(&text)
        .into_iter()
        .zip(0..)
        .map(|((span, paragraph), position)| Sentence {
            text: text[span.clone()].to_string(),
            span,
            position,
            paragraph,
        })
        .collect();
    if article.is_empty() {
        return Err(Error::usage("an empty text", "give a sentence to explain").into());
    }
    let mut explained: Vec<(&Sentence, Explanation)> = article.iter().zip(model.pipeline.explain(&article)).collect();
    if let Some(position) = args.position {
        if position >= article.len() {
            let advice = format!("the text has {} sentences, counted from 0", article.len());
            return Err(Error::usage(format!("--position {position}"), advice).into());
        }
        explained = vec![explained.swap_remove(position)];
    }
    if matches!(args.format, Format::Html) {
        let [(sentence, explanation)] = &explained[..] else {
            let found = format!("a text of {} sentences", explained.len());
            return Err(Error::usage(found, "a page explains one: choose it with --position").into());
        };
        let page = ExplanationPage {
            text: &sentence.text,
            explanation,
            labels: &model.pipeline.labels,
            plain: usual_label(&model.pipeline),
            top: args.top,
            provenance: &args.model.provenance(model),
        };
        return Ok(std::io::stdout().write_all(page.render()?.as_bytes())?);
    }
    let mut out = String::new();
    for (index, (sentence, mut explanation)) in explained.into_iter().enumerate() {
        match args.format {
            Format::Table => {
                if index > 0 {
                    out.push('\n');
                }
                out += &format!("{}\n\n{}", visible(&sentence.text), table(&explanation, args.top));
            }
            Format::Json | Format::Html => {
                if args.top > 0 {
                    explanation.contributions.truncate(args.top);
                }
                let line = json!({"position": sentence.position, "text": sentence.text, "explanation": explanation});
                out += &(line.to_string() + "\n");
            }
        }
    }
    Ok(std::io::stdout().write_all(out.as_bytes())?)
}

fn table(explanation: &Explanation, top: usize) -> String {
    let e = explanation;
    let mut text = format!(
        "{} {:.3}, against {} {:.3}: log-odds {:+.3}\n\n",
        e.label, e.probability, e.runner_up, e.runner_up_probability, e.log_odds
    );
    if let Some(note) = &e.attribution {
        let probability = note.speakers.iter().map(|(_, p)| *p).fold(0.0, f32::max);
        let speaker = note.speaker.as_deref().unwrap_or("the writer");
        text += &format!("speaker {speaker} {probability:.2}: {}", note.found);
        match &note.target {
            Some(target) => text += &format!("; about {target}\n\n"),
            None => text += "\n\n",
        }
    }
    text += &format!("{:+8.3}  before a word is read (intercept, calibration, prior)\n", e.base);
    for (block, sum) in e.by_block() {
        text += &format!("{sum:+8.3}  {block}\n");
    }
    text += "\n";
    let shown = if top == 0 { e.contributions.len() } else { top.min(e.contributions.len()) };
    for contribution in &e.contributions[..shown] {
        text += &format!("{:+8.3}  {:<18} {}\n", contribution.log_odds, contribution.block, contribution.term);
    }
    let rest: f64 = e.contributions[shown..].iter().map(|c| c.log_odds).sum();
    if shown < e.contributions.len() {
        text += &format!("{rest:+8.3}  {} more terms\n", e.contributions.len() - shown);
    }
    text
}
