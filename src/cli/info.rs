//! `stance info`: what a model is.

use std::io::Write;

use clap::ValueEnum;
use serde_json::json;
use stance::model_file::Model;

use super::Outcome;
use super::args::ModelArg;
use super::train_summary::{ending, held_out, made_smaller};

/// Print what a model is: labels, sizes, settings, data, figures, checksum
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  stance info\n  stance info -m models/us-pakistan.safetensors --top 10")]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also print this many of the strongest terms of every label
    #[arg(long, value_name = "N", default_value_t = 0)]
    top: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let model = args.model.load()?;
    let top = strongest(model, args.top);
    let text = match args.format {
        Format::Text => text(model, &top),
        Format::Json => {
            let value = json(model, &top);
            serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
        }
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

/// For each label its strongest terms with their weights.
fn strongest(model: &Model, n: usize) -> Vec<(String, Vec<(String, f32)>)> {
    let Some(names) = model.term_names().filter(|_| n > 0) else { return Vec::new() };
    let classifier = &model.pipeline.classifier;
    let labels = model.pipeline.labels.iter().enumerate();
    labels
        .map(|(class, label)| {
            let mut columns: Vec<u32> = (0..names.len() as u32).collect();
            let weight = |column: u32| classifier.weight(column, class);
            columns.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)));
            let terms = columns.into_iter().take(n).map(|column| (names[column as usize].to_string(), weight(column)));
            (label.clone(), terms.collect())
        })
        .collect()
}

fn json(model: &Model, top: &[(String, Vec<(String, f32)>)]) -> serde_json::Value {
    let pipeline = &model.pipeline;
    json!({
        "written_by": model.written_by,
        "checksum": model.checksum,
        "bytes": model.n_bytes,
        "labels": pipeline.labels,
        "features": pipeline.tfidf.stats(),
        "settings": pipeline.params,
        "training": pipeline.summary,
        "data": model.data,
        "strongest": top.iter().map(|(label, terms)| json!({"label": label, "terms": terms})).collect::<Vec<_>>(),
    })
}

fn text(model: &Model, top: &[(String, Vec<(String, f32)>)]) -> String {
    let (pipeline, summary) = (&model.pipeline, &model.pipeline.summary);
    let stats = pipeline.tfidf.stats();
    let mut text =
        format!("model        {} bytes, checksum {}, written by {}\n", model.n_bytes, model.checksum, model.written_by);
    text += "labels\n";
    for (label, count) in pipeline.labels.iter().zip(&summary.label_counts) {
        text += &format!("             {label}: {count} training sentences\n");
    }
    text += &format!("features     {}\n", stats.n_features);
    for (block, n) in &stats.blocks {
        text += &format!("             {block}: {n}\n");
    }
    text += &format!("trained on   {} sentences in {} articles\n", summary.n_sentences, summary.n_articles);
    for file in &model.data {
        text += &format!("             {}: {} bytes, checksum {}\n", file.name, file.n_bytes, file.checksum);
    }
    let convergence = &summary.convergence;
    text += &format!("fit          {}, gradient norm {:.1e}\n", ending(convergence), convergence.gradient_norm);
    if let Some(held) = &summary.held_out {
        text += &format!("held out     {} sentences: {}\n", held.n_sentences, held_out(held));
    }
    text += &made_smaller(pipeline);
    text += &format!("settings     {}\n", serde_json::to_string(&pipeline.params).unwrap_or_default());
    for (label, terms) in top {
        text += &format!("strongest    {label}\n");
        for (term, weight) in terms {
            text += &format!("             {weight:+.3}  {term}\n");
        }
    }
    text
}
