//! JSON pointers (RFC 6901) into a tree.

use super::{Json, Member, Node};

/// The keys of a pointer, unescaped; none for the whole document.
fn keys(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"))
}

impl Node {
    /// The value at a pointer through objects.
    pub fn at_pointer(&self, pointer: &str) -> Option<&Node> {
        keys(pointer).try_fold(self, |node, key| node.get(&key))
    }

    /// Puts a value at a pointer, with the objects that lead there.
    pub fn set_pointer(&mut self, pointer: &str, value: Node) {
        let mut node = self;
        for key in keys(pointer) {
            if !matches!(node.value, Json::Object(_)) {
                node.value = Json::Object(Vec::new());
            }
            let Json::Object(members) = &mut node.value else { unreachable!("made an object above") };
            let index = members.iter().position(|member| member.key == key).unwrap_or_else(|| {
                let empty = Node { value: Json::Object(Vec::new()), span: None };
                members.push(Member { key, key_span: None, node: empty });
                members.len() - 1
            });
            node = &mut members[index].node;
        }
        *node = value;
    }

    /// Takes the member at a pointer out of its object, if it is there.
    pub fn remove_pointer(&mut self, pointer: &str) {
        let Some((parent, key)) = pointer.rsplit_once('/') else { return };
        let key = keys(&format!("/{key}")).next().unwrap_or_default();
        let found = keys(parent).try_fold(self, |node, key| match &mut node.value {
            Json::Object(members) => members.iter_mut().find(|member| member.key == key).map(|member| &mut member.node),
            _ => None,
        });
        if let Some(Node { value: Json::Object(members), .. }) = found {
            members.retain(|member| member.key != key);
        }
    }
}
