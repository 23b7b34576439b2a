//! The scenarios that come with the program, embedded.

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// The name it is run and extended by: the file's stem.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

impl Shipped {
    /// The title that its file gives.
    pub fn title(&self) -> Option<String> {
        let document: serde_json::Value = serde_json::from_str(self.text).ok()?;
        document["title"].as_str().map(Into::into)
    }
}

/// One line a file, the market first, then the examples; a test compares it with the folders.
const SHIPPED: &[Shipped] = &[
    Shipped { name: "baseline", text: include_str!("../../scenarios/baseline.json") },
    Shipped { name: "ai-ml-surge", text: include_str!("../../scenarios/ai-ml-surge.json") },
    Shipped { name: "cooling-retrofit-delay", text: include_str!("../../scenarios/cooling-retrofit-delay.json") },
    Shipped { name: "custom-silicon-shift", text: include_str!("../../scenarios/custom-silicon-shift.json") },
    Shipped { name: "cxl-memory-pooling", text: include_str!("../../scenarios/cxl-memory-pooling.json") },
    Shipped { name: "edge-low-latency", text: include_str!("../../scenarios/edge-low-latency.json") },
    Shipped { name: "efficiency-breakthrough", text: include_str!("../../scenarios/efficiency-breakthrough.json") },
    Shipped { name: "efficiency-rebound", text: include_str!("../../scenarios/efficiency-rebound.json") },
    Shipped { name: "export-control-escalation", text: include_str!("../../scenarios/export-control-escalation.json") },
    Shipped {
        name: "hyperscaler-capex-downturn",
        text: include_str!("../../scenarios/hyperscaler-capex-downturn.json"),
    },
    Shipped {
        name: "leading-edge-wafer-shortage",
        text: include_str!("../../scenarios/leading-edge-wafer-shortage.json"),
    },
    Shipped { name: "physical-limits-stress", text: include_str!("../../scenarios/physical-limits-stress.json") },
    Shipped { name: "power-limited-grid", text: include_str!("../../scenarios/power-limited-grid.json") },
    Shipped { name: "supply-glut", text: include_str!("../../scenarios/supply-glut.json") },
    Shipped { name: "ar1", text: include_str!("../../scenarios/examples/ar1.json") },
    Shipped { name: "backlog-queue", text: include_str!("../../scenarios/examples/backlog-queue.json") },
    Shipped { name: "borehole", text: include_str!("../../scenarios/examples/borehole.json") },
    Shipped { name: "campus-power-plan", text: include_str!("../../scenarios/examples/campus-power-plan.json") },
    Shipped { name: "ishigami", text: include_str!("../../scenarios/examples/ishigami.json") },
    Shipped { name: "lake", text: include_str!("../../scenarios/examples/lake.json") },
    Shipped { name: "market-fan", text: include_str!("../../scenarios/examples/market-fan.json") },
    Shipped { name: "project-risks", text: include_str!("../../scenarios/examples/project-risks.json") },
    Shipped { name: "rare-event", text: include_str!("../../scenarios/examples/rare-event.json") },
    Shipped { name: "simple-market", text: include_str!("../../scenarios/examples/simple-market.json") },
    Shipped { name: "subscriptions", text: include_str!("../../scenarios/examples/subscriptions.json") },
];

/// A file to start from without a parent.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// The name that it is asked for by.
    pub name: &'static str,
    /// The file.
    pub text: &'static str,
}

/// Starters with notes, each of which runs as it is.
pub const TEMPLATES: [Template; 4] = [
    Template { name: "market", text: include_str!("../../scenarios/templates/market.json") },
    Template { name: "stock", text: include_str!("../../scenarios/templates/stock.json") },
    Template { name: "register", text: include_str!("../../scenarios/templates/register.json") },
    Template { name: "static", text: include_str!("../../scenarios/templates/static.json") },
];

/// All shipped scenarios, in the order in which they are listed.
pub fn all() -> &'static [Shipped] {
    SHIPPED
}

/// The shipped scenario of this name.
pub fn shipped(name: &str) -> Option<&'static Shipped> {
    SHIPPED.iter().find(|shipped| shipped.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::scenario::Origin;
    use crate::scenario::{Chain, Node, merge};
    use std::collections::BTreeMap;
    use std::path::Path;

    #[test]
    fn the_table_holds_every_file_of_the_folders_once() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut files = BTreeMap::new();
        for folder in [root.clone(), root.join("examples")] {
            // The folder of examples may not exist.
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.expect("the folder can be read").path();
                let name = path.file_stem().expect("files have names").to_string_lossy().into_owned();
                if path.extension().is_some_and(|extension| extension == "json") && name != "schema" {
                    let text = std::fs::read_to_string(&path).expect("the file can be read");
                    assert!(files.insert(name, text).is_none(), "two files are called like {}", path.display());
                }
            }
        }
        let table: BTreeMap<_, _> = all().iter().map(|one| (one.name.to_owned(), one.text.to_owned())).collect();
        assert_eq!(table.len(), all().len(), "names are unique");
        assert_eq!(table, files);
    }

    #[test]
    fn every_shipped_scenario_can_be_read_with_its_ancestors() {
        for shipped in all() {
            let chain = Chain::read(&Origin::Shipped(shipped.name.into()), None, &Limits::default());
            let chain = chain.unwrap_or_else(|unread| panic!("{}: {:?}", shipped.name, unread.problems));
            let last = chain.patches.last().expect("a chain is not empty");
            assert!(last.node.get("$schema").is_some(), "{}", shipped.name);
            let mut document = Node::empty();
            let remarks: Vec<_> =
                chain.patches.into_iter().flat_map(|patch| merge(&mut document, patch.node)).collect();
            assert_eq!(remarks, [], "{}", shipped.name);
        }
    }
}
