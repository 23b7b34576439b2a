//! Parts of a run, written, read and merged in any order and grouping, are the run; whatever else is in a file is refused.

use crate::common::{load_options, paths, study};
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use riskband::Sampler;
use riskband::diagnostic::ProblemRow;
use riskband::engine::{BlockSet, Blocks, Cancel, RunError, RunOptions};
use riskband::kernel::Level;
use riskband::limits::Limits;
use riskband::output::{Document, Layout, run_tables};
use riskband::results::Results;
use riskband::study::{Origin, Part, PartError, Simulation, Study};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;

const MARKET_FAN: &str = include_str!("../../scenarios/examples/market-fan.json");
/// Paths of most runs here: blocks enough to cut, the last of them short.
const PATHS: u64 = 20_000;

fn simulation(text: &str, options: &RunOptions) -> Simulation {
    Arc::new(study(text)).simulation(options, &|_| {}).expect("a small run")
}

fn options() -> RunOptions {
    paths(PATHS, 9).shortfall([5.0, 95.0]).skewness(true).correlate("market[2031]", "demand[2031]")
}

/// The document that a run is written as.
fn json(results: &Results, options: &RunOptions) -> String {
    let mut document = Document::new(Vec::new(), &["runs"]).expect("memory can be written");
    document.add("runs", &run_tables(&Layout::of(options)), results).expect("memory can be written");
    String::from_utf8(document.finish::<ProblemRow>(&[]).expect("memory can be written")).expect("JSON")
}

/// All shipped and example scenarios.
fn scenarios() -> Vec<Origin> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let origins = [&folder, &folder.join("examples")].map(|folder| Origin::in_folder(folder).expect("readable"));
    origins.into_iter().flatten().collect()
}

/// Cuts a run at random, simulates the parts on random levels in random order, sends some of them through a file and merges
/// them in random groups. Gives the whole.
fn in_pieces(simulation: &Simulation, rng: &mut Xoshiro256PlusPlus) -> Part {
    let count = simulation.blocks().count();
    let levels = Level::available();
    let mut cuts: Vec<u64> = (0..rng.random_range(0..7)).map(|_| rng.random_range(0..=count)).collect();
    cuts.extend([0, count]);
    cuts.sort_unstable();
    let mut parts: Vec<Part> = cuts
        .windows(2)
        .map(|cut| {
            let level = *levels.choose(rng).expect("one at least");
            simulation.on(level).part(cut[0]..cut[1]).expect("nobody cancels")
        })
        .collect();
    while parts.len() > 1 {
        parts.shuffle(rng);
        let other = parts.pop().expect("two at least");
        let whole = parts.last_mut().expect("two at least");
        let other = match rng.random_range(0..3) {
            0 => simulation.read(&other.to_bytes()).expect("it was just written"),
            // Nothing but the file: the scenario comes out of it.
            1 if rng.random_bool(0.2) => Part::from_bytes(&other.to_bytes()).expect("it was just written"),
            _ => other,
        };
        whole.merge(&other).expect("parts of one run");
    }
    parts.pop().expect("one part")
}

/// `CUTTINGS=100` tries so many.
#[test]
fn random_cuttings_of_shipped_and_example_scenarios_are_the_run() {
    let cuttings: usize = std::env::var("CUTTINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let origins = scenarios();
    assert!(origins.len() > 20, "scenarios and examples");
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(15);
    for number in 0..cuttings {
        let study = Study::load(&origins[(7 * number) % origins.len()], &load_options()).expect("it is valid");
        let study = Arc::new(study);
        let options = paths(rng.random_range(4_097..12_000), number as u64).shortfall([1.0, 90.0]).skewness(true);
        let sampler = *[Sampler::Random, Sampler::Lhs, Sampler::Sobol].choose(&mut rng).expect("three");
        let options = options.sampler(sampler).replicates(rng.random_range(1..18));
        let simulation = study.simulation(&options, &|_| {}).expect("a small run");
        let whole = in_pieces(&simulation, &mut rng);
        assert!(whole.missing().is_empty());
        let run = study.run(&options, &|_| {}).expect("it runs");
        let read = Part::from_bytes(&whole.to_bytes()).expect("it was just written");
        assert_eq!(whole.results().expect("results"), run, "{}", study.scenario);
        assert_eq!(json(&read.results().expect("results"), &options), json(&run, &options), "{}", study.scenario);
    }
}

/// Tied rows, statistics of every kind, values that are not finite, and a wide range of sizes.
#[test]
fn every_kind_of_statistic_goes_through_a_file() {
    let awkward = r#"{
        "riskband": 1, "horizon": { "steps": 2 },
        "variables": {
            "x": { "normal": { "mean": 0, "sd": 1 }, "over_time": "fresh" },
            "root": "sqrt(x)", "huge": "exp(exp(3 * x))", "atom": "max(x, 0)", "fixed": "3", "never": "0 / 0 * x"
        },
        "outputs": ["x", "root", "huge", "atom", "fixed"],
        "targets": { "up": "x > 1", "root_up": "root > 1" }
    }"#;
    for (text, pair) in [(awkward, ("huge", "atom")), (MARKET_FAN, ("market", "demand"))] {
        for paths in [1, 700, 4_096, 9_000] {
            let options =
                RunOptions::new().paths(paths).shortfall([5.0, 99.0]).skewness(true).correlate(pair.0, pair.1);
            let simulation = simulation(text, &options);
            let run = simulation.run(&|_| {}).expect("results");
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(paths);
            let read = Part::from_bytes(&in_pieces(&simulation, &mut rng).to_bytes()).expect("just written");
            assert_eq!(read.results().expect("results"), run, "{paths} paths");
        }
    }
}

#[test]
fn any_percentile_is_read_later_and_what_was_not_gathered_is_not() {
    let simulation = simulation(MARKET_FAN, &options());
    let part = simulation.part(0..u64::MAX).expect("nobody cancels");
    let study = study(MARKET_FAN);
    let mut with_curves = paths(PATHS, 9);
    (with_curves.curves, with_curves.curves_of) = (true, vec!["market[2028]".into()]);
    for asked in [
        paths(PATHS, 9).percentiles([0.1, 42.0]),
        paths(PATHS, 9).shortfall([95.0]).skewness(true),
        paths(PATHS, 9).correlate("market[2031]", "demand[2031]"),
        with_curves,
    ] {
        let run = study.run(&asked, &|_| {}).expect("results");
        assert_eq!(part.results_with(&asked).expect("results"), run);
    }
    for asked in [paths(PATHS, 9).shortfall([10.0]), paths(PATHS, 9).correlate("market[2030]", "demand[2031]")] {
        assert!(matches!(part.results_with(&asked), Err(RunError::NotGathered { .. })));
    }
}

/// A finished run goes on to more paths from all its blocks but the short one, which is whole in the longer run.
#[test]
fn a_finished_run_is_extended() {
    let short = simulation(MARKET_FAN, &paths(10_000, 3));
    let long = simulation(MARKET_FAN, &paths(PATHS, 3));
    let mut part = long.read(&short.part(0..u64::MAX).expect("nobody cancels").to_bytes()).expect("of the same run");
    assert_eq!((part.run_paths(), part.paths(), part.blocks().count()), (10_000, 10_000, 20));
    let missing = part.missing_of(long.blocks());
    assert_eq!(missing, BlockSet::of(19..40), "the short block and all that follow");
    for range in missing.ranges() {
        part.merge(&long.part(range.clone()).expect("nobody cancels")).expect("they are missing");
    }
    assert_eq!(part.results().expect("results"), long.run(&|_| {}).expect("results"));
    assert!(part.is_beyond(PATHS - 1) && !part.is_beyond(PATHS));
    assert_eq!(part.missing_of(Blocks::of_paths(PATHS + 512)), BlockSet::of(39..41));
}

/// Points of a Sobol' sequence stay where they are when more follow, in every replicate; strata do not.
#[test]
fn of_the_samplers_a_sequence_is_extended_and_a_hypercube_is_not() {
    for replicates in [1, 3] {
        let of = |sampler, count| simulation(MARKET_FAN, &paths(count, 3).sampler(sampler).replicates(replicates));
        let [short, long] = [10_000, PATHS].map(|count| of(Sampler::Sobol, count));
        let mut part = long.go_on_from(&short.part(0..u64::MAX).expect("a part").to_bytes()).expect("of the same run");
        assert!(part.paths() > 10_000 - 512 * replicates, "all but the short blocks are of use: {}", part.paths());
        for range in part.missing_of(long.blocks()).ranges() {
            part.merge(&long.part(range.clone()).expect("nobody cancels")).expect("they are missing");
        }
        assert_eq!(part.results().expect("results"), long.run(&|_| {}).expect("results"));

        let [short, long] = [10_000, PATHS].map(|count| of(Sampler::Lhs, count));
        let file = short.part(0..u64::MAX).expect("a part").to_bytes();
        let refused = long.go_on_from(&file).expect_err("other strata").to_string();
        assert!(refused.contains("Latin hypercube is one of 10000 paths, not of 20000"), "{refused}");
    }
}

#[test]
fn what_does_not_go_together_is_refused_and_nothing_is_lost() {
    let simulation = simulation(MARKET_FAN, &options());
    let part = |range| simulation.part(range).expect("nobody cancels");
    let mut whole = part(0..20);
    let before = whole.to_bytes();
    let refused = |other: &Part, whole: &mut Part| {
        let error = whole.merge(other).expect_err("they do not go together").to_string();
        assert_eq!(whole.to_bytes(), before, "{error}");
        error
    };
    assert_eq!(refused(&part(15..40), &mut whole), "it has blocks 15 to 19 again: no block may count twice");
    let tail = part(39..40);
    whole.merge(&tail).expect("it is missing");
    let with_tail = whole.to_bytes();
    assert!(matches!(whole.merge(&tail), Err(PartError::Doubled { .. })));
    assert_eq!(whole.to_bytes(), with_tail);
    assert_eq!(whole.missing(), BlockSet::of(20..39));

    let mut whole = part(0..20);
    let other = |text: &str, options: &RunOptions| self::simulation(text, options).part(20..21).expect("a part");
    for (other, says) in [
        (other(MARKET_FAN, &options().seed(8)), "its seed is 8, not 9"),
        (other(MARKET_FAN, &options().sampler(Sampler::Sobol)), "its sampler is sobol, not random"),
        (other(MARKET_FAN, &options().shortfall([5.0])), "its --shortfall is 5, not 5,95"),
        (other(MARKET_FAN, &options().correlate("market", "demand")), "its --correlate is"),
        (
            other(&MARKET_FAN.replacen("\"start\": 6.32", "\"start\": 6.33", 1), &options()),
            "its scenario says other numbers",
        ),
        (other(MARKET_FAN, &options().paths(4_096)), "a run of at most 4096 paths"),
    ] {
        assert!(refused(&other, &mut whole).contains(says), "{says}");
        let error = simulation.read(&other.to_bytes()).expect_err("of another run").to_string();
        assert!(error.contains(says), "{error}");
    }
}

/// Words do not matter to numbers; those of the part with the lowest block stay, whichever comes first.
#[test]
fn a_corrected_title_does_not_keep_parts_apart() {
    let retitled = MARKET_FAN.replacen("\"title\": \"", "\"title\": \"Corrected: ", 1);
    assert_ne!(retitled, MARKET_FAN);
    let [a, b] = [MARKET_FAN, &retitled].map(|text| simulation(text, &options()));
    for turned in [false, true] {
        let mut parts = [a.part(0..10).expect("a part"), b.part(10..40).expect("a part")];
        assert!(!parts[0].has_words_of(&parts[1]));
        parts.rotate_left(usize::from(turned));
        let [mut whole, other] = parts;
        whole.merge(&other).expect("the same numbers");
        assert_eq!(whole.results().expect("results"), a.run(&|_| {}).expect("results"));
    }
}

/// A part of a scenario with a calibration, an `extends`, a `--set` and a file of values needs none of them.
#[test]
fn a_part_has_its_scenario_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("writable");
    write("losses.csv", "loss\n1.5\n2.5\n4\n");
    write("base.json", include_str!("../../scenarios/examples/simple-market.json"));
    write(
        "mine.json",
        r#"{ "riskband": 1, "extends": "./base.json",
             "variables": { "loss": { "empirical": { "csv": "losses.csv", "column": "loss" }, "over_time": "fresh" } },
             "outputs": ["market", "loss"] }"#,
    );
    let mut load = load_options();
    load.set = vec!["market.title=Set here".to_owned()];
    let origin = Origin::File(folder.path().join("mine.json"));
    let study = Study::load(&origin, &load).unwrap_or_else(|rejected| panic!("{:#?}", rejected.problems));
    let study = Arc::new(study);
    let simulation = study.simulation(&paths(5_000, 1), &|_| {}).expect("a small run");
    let bytes = simulation.part(0..u64::MAX).expect("nobody cancels").to_bytes();
    let run = study.run(&paths(5_000, 1), &|_| {}).expect("results");
    folder.close().expect("removable");
    let began = std::time::Instant::now();
    let part = Part::from_bytes(&bytes).expect("nothing else is needed");
    assert_eq!(part.results().expect("results"), run);
    let read = part.study();
    assert_eq!((&read.lineage, &read.document, &read.set), (&study.lineage, &study.document, &study.set));
    assert_eq!((&read.remarks, &read.calibration), (&study.remarks, &study.calibration));
    assert_eq!(part.to_bytes(), bytes);
    assert!(run.run.calibration.is_some() && began.elapsed().as_secs() < 20, "nothing is calibrated anew");
}

/// Any byte changed, and any end cut off: refused, by the checksum; behind a right checksum, by what is said.
#[test]
fn damaged_files_are_refused() {
    let simulation = simulation(MARKET_FAN, &paths(5_000, 9).shortfall([5.0]).correlate("market", "demand"));
    let bytes = simulation.part(0..3).expect("nobody cancels").to_bytes();
    let says = |bytes: &[u8]| simulation.read(bytes).expect_err("damaged").to_string();
    assert!(says(&[]).contains("no part of a run") && says(b"{\"riskband\": 1}").contains("no part of a run"));
    assert!(says(b"riskband part 2\nfrom the future").contains("format 2, and this program reads format 1"));
    assert!(says(b"riskband part 1\n").contains("damaged") && says(b"riskband part ").contains("damaged"));
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
    for _ in 0..200 {
        let place = rng.random_range(20..bytes.len());
        assert!(says(&bytes[..place]).contains("damaged"));
        let mut changed = bytes.clone();
        changed[place] ^= 1 << rng.random_range(0..8);
        assert!(says(&changed).contains("damaged"));
    }
    // Somebody who makes the checksum fit is not believed, and takes no memory.
    let (mut refused, mut read) = (0, 0);
    for _ in 0..2_000 {
        let mut changed = bytes[..bytes.len() - 32].to_vec();
        for _ in 0..rng.random_range(1..4) {
            let place = rng.random_range(16..changed.len());
            changed[place] = rng.random();
        }
        if rng.random_bool(0.2) {
            changed.truncate(rng.random_range(16..changed.len()));
        }
        let checksum = Sha256::digest(&changed);
        changed.extend_from_slice(&checksum);
        match simulation.read(&changed) {
            Err(_) => refused += 1,
            // It says something else, and what it says adds up: whoever can write a part can write any numbers.
            Ok(part) => {
                let mut whole = simulation.part(5..7).expect("nobody cancels");
                let _ = whole.merge(&part).map(|()| whole.results());
                read += 1;
            }
        }
    }
    assert!(refused > 500 && read > 0, "{refused} refused, {read} read");
}

/// The checksum of a changed header is made to fit.
fn resealed(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let start = bytes.iter().position(|&byte| byte == b'{').expect("a header");
    let length = u64::from_le_bytes(bytes[start - 8..start].try_into().expect("eight bytes")) as usize;
    let header = String::from_utf8(bytes[start..start + length].to_vec()).expect("JSON");
    assert!(header.contains(from), "{header}");
    let header = header.replacen(from, to, 1);
    let mut changed = bytes[..start - 8].to_vec();
    changed.extend_from_slice(&(header.len() as u64).to_le_bytes());
    changed.extend_from_slice(header.as_bytes());
    changed.extend_from_slice(&bytes[start + length..bytes.len() - 32]);
    let checksum = Sha256::digest(&changed);
    changed.extend_from_slice(&checksum);
    changed
}

#[test]
fn another_engine_and_other_bits_are_refused() {
    let part = simulation(MARKET_FAN, &paths(5_000, 9)).part(0..3).expect("nobody cancels");
    let bytes = part.to_bytes();
    let says = |from: &str, to: &str| Part::from_bytes(&resealed(&bytes, from, to)).expect_err("refused").to_string();
    let engine = riskband::engine::ENGINE;
    assert!(says(&format!("\"engine\":{engine}"), "\"engine\":999").contains("engine 999"));
    assert!(says("\"pilot\":\"", "\"pilot\":\"0").contains("computed with other bits"));
    assert!(says("[[0,3]]", "[[0,4]]").contains("do not have so many paths"));
    assert!(says("[[0,3]]", "[[36028797018963967,36028797018963970]]").contains("no run has these blocks"));
    assert!(says("[[0,3]]", "[[2,3],[0,2]]").contains("in no order"));
    assert!(says("\"paths\":5000", "\"paths\":5").contains("more than 4096 paths"));
    assert!(says("Market", "Mallet").contains("not those of its scenario"));
    let small = Limits { steps: 2, ..Limits::default() };
    let error = Part::from_bytes_within(&bytes, &small, &|_| {}).expect_err("over a limit").to_string();
    assert!(error.contains("cannot be loaded"), "{error}");
}

#[test]
fn work_on_a_part_is_cancelled() {
    let simulation = simulation(MARKET_FAN, &paths(u64::MAX, 1));
    let cancel = Cancel::new();
    cancel.cancel();
    let cancelled = simulation.part_monitored(0..u64::MAX, &cancel).map(|part| part.paths());
    assert_eq!(cancelled, Err(RunError::Cancelled));
    let bytes = simulation.part(7..9).expect("nobody cancels").to_bytes();
    let read = Part::from_bytes_within(&bytes, &Limits::default(), &cancel);
    assert!(matches!(read, Err(PartError::Run(RunError::Cancelled))));
}
