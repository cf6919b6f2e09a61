/// JSON for programs that read what wdfs says: findings, test results, decoded values. Only a writer: wdfs reads no JSON.
/// Start at `Json`.
package wdfs.json;
