//! The page of an evaluation: complete, self-contained, everything escaped. Writes the pages to the build folder's `tmp`,
//! where a browser can open them. Figures and sentences are made up.

use stance::metrics::{Comparison, Evaluation};
use stance::report::{DataFile, EvaluationPage, Mistake, Provenance, Reason};

const LABELS: [&str; 3] = ["neutral", "pakistan_rebuttal", "us_claim"];

/// Made-up predictions of 41 articles: right more often than not, less sure where wrong, the same on every machine.
struct Demo {
    labels: Vec<String>,
    gold: Vec<u32>,
    articles: Vec<u32>,
    probabilities: Vec<f64>,
    other: Vec<Option<u32>>,
}

fn demo() -> Demo {
    let mut state = 20_240_607u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut demo = Demo {
        labels: LABELS.map(String::from).to_vec(),
        gold: vec![],
        articles: vec![],
        probabilities: vec![],
        other: vec![],
    };
    for article in 0..41 {
        let hard = 0.6 + 1.8 * random();
        for _ in 0..(18 + (random() * 26.0) as u32) {
            let gold = match random() {
                r if r < 0.61 => 0,
                r if r < 0.82 => 1,
                _ => 2,
            };
            let mut scores = [0.9, 0.0, -0.1];
            scores[gold] += 1.9 * hard + 0.4;
            scores.iter_mut().for_each(|score| *score += 1.5 * ((random() + random() + random()) * 2.0 - 3.0));
            let exp = scores.map(|score| (score * 1.05).exp());
            let sum: f64 = exp.iter().sum();
            demo.probabilities.extend(exp.map(|e| e / sum));
            demo.gold.push(gold as u32);
            demo.articles.push(article);
            let other = scores[0] + 0.8 - scores[gold].max(scores[1]).max(scores[2]);
            demo.other.push(Some(if other > 0.0 {
                0
            } else if random() < 0.93 {
                gold as u32
            } else {
                1
            }));
        }
    }
    demo
}

impl Demo {
    fn predicted(&self) -> Vec<Option<u32>> {
        let rows = self.probabilities.chunks(self.labels.len());
        rows.map(|row| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).map(|class| class as u32)).collect()
    }

    fn evaluation(&self) -> Evaluation {
        let predicted = self.predicted();
        Evaluation::new(&self.labels, &self.gold, &predicted, Some(&self.probabilities), &self.articles, 1).unwrap()
    }

    fn comparison(&self) -> Comparison {
        Comparison::new(&self.labels, &self.gold, &self.predicted(), &self.other, &self.articles, 1).unwrap()
    }
}

fn provenance() -> Provenance {
    Provenance {
        model: "us-pakistan.safetensors".into(),
        model_checksum: "xxh3:7f1c09b2a4d85e36".into(),
        baseline: Some(DataFile { name: "old.safetensors".into(), checksum: "xxh3:51c3ab9e07d2f684".into() }),
        data: vec![DataFile { name: "data/made-up.csv".into(), checksum: "xxh3:02be91c47da05f18".into() }],
        date: Some("1 June 2024".into()),
        program: "stance 0.1.0".into(),
    }
}

fn strongest() -> Vec<(String, Vec<(String, f64)>)> {
    let class = |label: &str, features: &[(&str, f64)]| {
        (label.to_string(), features.iter().map(|(feature, weight)| (feature.to_string(), *weight)).collect())
    };
    vec![
        class(
            "neutral",
            &[
                ("the two sides", 1.92),
                ("talks", 1.71),
                ("was founded in", 1.55),
                ("km", 1.31),
                ("is due to", 1.12),
                ("o’clock", 0.86),
            ],
        ),
        class(
            "pakistan_rebuttal",
            &[
                ("rejected", 3.11),
                ("baseless", 2.87),
                ("scapegoat", 2.42),
                ("speaker: foreign office", 2.2),
                ("sacrifices", 2.06),
                ("our soil", 1.5),
            ],
        ),
        class(
            "us_claim",
            &[
                ("accused", 2.95),
                ("do more", 2.71),
                ("safe havens", 2.66),
                ("speaker: pentagon", 2.13),
                ("must act", 1.97),
                ("harbour", 1.64),
            ],
        ),
    ]
}

fn mistakes() -> Vec<Mistake> {
    let reason = |feature: &str, contribution| Reason { feature: feature.into(), contribution, ..Reason::default() };
    vec![
        Mistake {
            text:
                "The minister told reporters that the charge had been answered many times and needed no further reply."
                    .into(),
            place: "made-up-17, sentence 9".into(),
            gold: "pakistan_rebuttal".into(),
            predicted: "us_claim".into(),
            probability: 0.941,
            reasons: vec![
                reason("the charge", 1.84),
                reason("told reporters", 0.62),
                reason("minister", -0.41),
                reason("answered", -0.22),
            ],
        },
        Mistake {
            text: "“Every road in the valley is watched,” said an officer, who would not say by whom.".into(),
            place: "made-up-03, sentence 22".into(),
            gold: "neutral".into(),
            predicted: "pakistan_rebuttal".into(),
            probability: 0.917,
            reasons: vec![reason("said an officer", 1.37), reason("is watched", 0.58), reason("valley", -0.66)],
        },
        Mistake {
            text: "Patience in the capital is running out, the letter warned, and so is the money.".into(),
            place: "made-up-31, sentence 4".into(),
            gold: "us_claim".into(),
            predicted: "neutral".into(),
            probability: 0.884,
            reasons: vec![reason("the letter", 0.93), reason("money", 0.71), reason("warned", -0.84)],
        },
    ]
}

fn write(name: &str, page: &str) {
    std::fs::write(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), page).unwrap();
}

fn has_balanced(page: &str, tag: &str) -> bool {
    let opens = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
    opens > 0 && opens == page.matches(&format!("</{tag}>")).count()
}

#[test]
fn the_page_is_whole_and_needs_nothing_else() {
    let (demo, provenance, strongest, mistakes) = (demo(), provenance(), strongest(), mistakes());
    let (evaluation, comparison) = (demo.evaluation(), demo.comparison());
    let texts: Vec<String> = (0..comparison.sentences).map(|i| format!("Sentence {i}.")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    println!("{}", stance::report::evaluation_text(&evaluation, false));
    println!("{}", stance::report::comparison_text(&comparison, &[], false));
    let page = EvaluationPage {
        evaluation: &evaluation,
        provenance: &provenance,
        comparison: Some(&comparison),
        sentences: &texts,
        strongest: &strongest,
        mistakes: &mistakes,
    };
    let html = page.render().unwrap();
    write("evaluation.html", &html);
    assert_eq!(html, page.render().unwrap());
    // Every sentence that changed stands there.
    assert!(!comparison.changed.is_empty());
    for change in &comparison.changed {
        assert!(html.contains(&format!("<li>{}<p", texts[change.sentence])), "{change:?}");
    }
    for foreign in ["http:", "https:", "<script", "src=", "url(", "@import", "NaN"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    for tag in
        ["html", "head", "style", "body", "header", "nav", "main", "section", "table", "svg", "title", "desc", "footer"]
    {
        assert!(has_balanced(&html, tag), "{tag}");
    }
    assert_eq!(html.matches("<h1>").count(), 1);
    assert_eq!(html.matches("<caption").count(), html.matches("<table").count());
    assert_eq!(html.matches("role=\"img\"").count(), html.matches("<desc").count());
    // Every id is given once, and whatever refers to one finds it.
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
    for attribute in ["aria-labelledby=\"", "href=\"#"] {
        for names in html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(names.split(' ').all(|name| ids.contains(&name)), "{attribute}{names}");
        }
    }
}

#[test]
fn markup_in_whatever_comes_from_outside_is_text() {
    let nasty = "<img src=x onerror=alert(1)>\"'&</title></style><script>alert(2)</script>\u{202e}\u{1b}[2J";
    let labels = vec![nasty.to_string(), "{{ 7 * 7 }}".to_string()];
    let p = [0.9, 0.1, 0.2, 0.8, 0.6, 0.4];
    let evaluation =
        Evaluation::new(&labels, &[0, 1, 1], &[Some(0), Some(1), Some(0)], Some(&p), &[0, 1, 2], 1).unwrap();
    let (now, before) = ([Some(0), Some(1), Some(0)], [Some(1), None, Some(1)]);
    let comparison = Comparison::new(&labels, &[0, 1, 1], &now, &before, &[0, 1, 2], 1).unwrap();
    let provenance = Provenance {
        model: nasty.into(),
        model_checksum: nasty.into(),
        baseline: Some(DataFile { name: nasty.into(), checksum: nasty.into() }),
        data: vec![DataFile { name: nasty.into(), checksum: nasty.into() }],
        date: Some(nasty.into()),
        program: nasty.into(),
    };
    let reasons = vec![Reason { feature: nasty.into(), block: nasty.into(), contribution: 1.0 }];
    let mistake = Mistake {
        text: nasty.into(),
        place: nasty.into(),
        gold: nasty.into(),
        predicted: nasty.into(),
        probability: 0.6,
        reasons,
    };
    let strongest = [(nasty.to_string(), vec![(nasty.to_string(), 1.0)])];
    let page = EvaluationPage {
        evaluation: &evaluation,
        provenance: &provenance,
        comparison: Some(&comparison),
        sentences: &[nasty; 3],
        strongest: &strongest,
        mistakes: &[mistake],
    };
    let html = page.render().unwrap();
    write("evaluation-escaped.html", &html);
    for raw in ["<img", "<script", "\u{202e}", "\u{1b}"] {
        assert!(!html.contains(raw), "{raw}");
    }
    assert!(html.contains("{{ 7 * 7 }}"));
    assert_eq!(html.matches("</style>").count(), 1);
}

#[test]
fn a_page_of_nothing_shows_dashes() {
    let labels = LABELS.map(String::from).to_vec();
    let evaluation = Evaluation::new(&labels, &[], &[], Some(&[]), &[], 1).unwrap();
    let page = EvaluationPage {
        evaluation: &evaluation,
        provenance: &Provenance::default(),
        comparison: None,
        sentences: &[],
        strongest: &[],
        mistakes: &[],
    };
    let html = page.render().unwrap();
    write("evaluation-empty.html", &html);
    assert!(html.contains("<span class=\"hero\">—</span>") && !html.contains("NaN"));
}

/// WCAG 2.1 contrast of two colours written `#rgb` or `#rrggbb`.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let hex = colour.trim_start_matches('#');
        let digits: String = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_string() };
        let channel = |i: usize| {
            let value = f64::from(u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap()) / 255.0;
            if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

/// `share` of one colour and the rest of the other, both written `#rgb` or `#rrggbb`.
fn mix(a: &str, b: &str, share: f64) -> String {
    let channels = |colour: &str| -> Vec<f64> {
        let hex = colour.trim_start_matches('#');
        let digits: String = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_string() };
        (0..3).map(|i| f64::from(u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap())).collect()
    };
    let mixed = channels(a).into_iter().zip(channels(b)).map(|(a, b)| (share * a + (1.0 - share) * b).round() as u8);
    mixed.fold("#".to_string(), |hex, channel| hex + &format!("{channel:02x}"))
}

#[test]
fn colours_have_the_contrast_that_reading_needs() {
    let template = include_str!("../src/report/templates/palette.css");
    let themes: Vec<&str> = template.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    assert_eq!(themes.len(), 2, "a light and a dark one");
    for theme in themes {
        let colour = |name: &str| {
            let rest = theme.split(&format!("--{name}:")).nth(1).unwrap_or_else(|| panic!("no --{name}"));
            rest.split(';').next().unwrap().trim()
        };
        for text in ["ink", "soft", "accent"] {
            for ground in ["page", "card"] {
                assert!(contrast(colour(text), colour(ground)) >= 4.5, "{text} on {ground}");
            }
        }
        // The tint of a cell lies between the card and the full colour, and so does its contrast.
        for ground in ["right", "wrong", "keep"] {
            assert!(contrast(colour("ink"), colour(ground)) >= 4.5, "ink on {ground}");
        }
        for mark in ["c0", "c1", "c2", "c3", "c4", "c5"] {
            // Names of labels are written in the colour of the card on the colour of their class.
            assert!(contrast(colour(mark), colour("card")) >= 4.5, "{mark} on card");
            // A sentence is tinted by at most 34 % of it.
            let tinted = mix(colour(mark), colour("card"), 0.34);
            assert!(contrast(colour("ink"), &tinted) >= 4.5, "ink on a tint of {mark}");
        }
    }
}
