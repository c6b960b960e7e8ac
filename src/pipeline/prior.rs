//! How frequent the labels are where a model will be used.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, hint};

/// Shares of the labels where a model will be used.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// As in the training data.
    #[default]
    Empirical,
    /// All labels alike.
    Balanced,
    /// A share for every label, in the order given; they are divided by their sum.
    Shares(Vec<(String, f64)>),
}

impl Prior {
    /// The shares in the order of `labels`, summing to 1; none where they are those of the data.
    ///
    /// # Errors
    /// A label that the data lacks, one that the prior lacks, a share that is not above 0.
    pub fn shares(&self, labels: &[String]) -> Result<Option<Vec<f64>>> {
        let shares = match self {
            Prior::Empirical => return Ok(None),
            Prior::Balanced => vec![1.0; labels.len()],
            Prior::Shares(given) => {
                if let Some((label, _)) = given.iter().find(|(label, _)| !labels.contains(label)) {
                    let hint = hint(label, labels.iter().map(String::as_str));
                    let advice = format!("{hint}the labels are {}", labels.join(", "));
                    return Err(Error::usage(format!("prior for unknown label {label:?}"), advice));
                }
                let share = |label: &String| match given.iter().filter(|(name, _)| name == label).collect::<Vec<_>>()[..]
                {
                    [(_, share)] if share.is_finite() && *share > 0.0 => Ok(*share),
                    [(_, share)] => Err(Error::usage(format!("prior {label}={share}"), "expected a share above 0")),
                    [] => Err(Error::usage(format!("no prior for label {label:?}"), "give every label a share")),
                    _ => Err(Error::usage(format!("two priors for label {label:?}"), "give every label one share")),
                };
                labels.iter().map(share).collect::<Result<Vec<f64>>>()?
            }
        };
        let total: f64 = shares.iter().sum();
        Ok(Some(shares.iter().map(|share| share / total).collect()))
    }
}

impl std::str::FromStr for Prior {
    type Err = Error;

    /// `empirical`, `balanced` or `LABEL=SHARE,LABEL=SHARE,…`.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "empirical" => Ok(Prior::Empirical),
            "balanced" => Ok(Prior::Balanced),
            _ => text
                .split(',')
                .map(|part| {
                    let (label, share) = part.rsplit_once('=').unwrap_or((part, ""));
                    let share = share.trim().parse().map_err(|_| {
                        Error::usage(
                            format!("prior {part:?}"),
                            "expected empirical, balanced or LABEL=SHARE,LABEL=SHARE,…",
                        )
                    })?;
                    Ok((label.trim().to_string(), share))
                })
                .collect::<Result<_>>()
                .map(Prior::Shares),
        }
    }
}
