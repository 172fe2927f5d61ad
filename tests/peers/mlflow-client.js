// Drives a tracking server with the npm package mlflow, made by others, and prints what it saw as one line of JSON.
// usage: node mlflow-client.js URI
const MLflow = require('mlflow').default ?? require('mlflow');

const say = console.log;
console.log = () => {}; // the package prints every body

async function refused(call) {
  try {
    await call();
    return null;
  } catch (error) {
    return JSON.parse(error.message.replace(/^Error: /, ''));
  }
}

async function main(endpoint) {
  const client = new MLflow({ endpoint });
  const { experiment_id } = await client.Experiments.create({ name: 'from-node' });
  const again = await refused(() => client.Experiments.create({ name: 'from-node' }));
  const { run } = await client.Runs.create({ experiment_id, user_id: 'node', start_time: 1700000000000, tags: [{ key: 'by', value: 'npm' }] });
  const run_id = run.info.run_id;
  await client.Runs.logParameter({ run_id, key: 'depth', value: '3' });
  const changed = await refused(() => client.Runs.logParameter({ run_id, key: 'depth', value: '4' }));
  for (let step = 0; step < 5; step++) {
    await client.Runs.logMetric({ run_id, key: 'loss', value: 1 / (step + 1), timestamp: 1700000000000 + step, step });
  }
  await client.Runs.logBatch({
    run_id,
    metrics: [{ key: 'accuracy', value: 0.75, timestamp: 1700000000100, step: 5 }],
    params: [{ key: 'rate', value: '0.1' }],
    tags: [{ key: 'phase', value: 'one' }],
  });
  await client.Runs.setTag({ run_id, key: 'gone', value: 'soon' });
  await client.Runs.deleteTag({ run_id, key: 'gone' });
  await client.Runs.update({ run_id, status: 'FINISHED', end_time: 1700000001000 });
  const history = await client.Metrics.getHistory({ run_id, metric_key: 'loss' });
  const found = await client.Runs.search({ experiment_ids: [experiment_id], filter: "metrics.loss < 0.3 and params.depth = '3'", max_results: 10 });
  const files = await client.Artifacts.list({ run_id });
  await client.Runs.delete({ run_id });
  const hidden = await client.Runs.search({ experiment_ids: [experiment_id], filter: '', max_results: 10 });
  await client.Runs.restore({ run_id });
  await client.Experiments.update({ experiment_id, new_name: 'renamed' });
  const { experiments } = await client.Experiments.list({ view_type: 'ALL' });
  await client.Experiments.delete({ experiment_id });
  const deleted = await client.Experiments.get({ experiment_id });
  await client.Experiments.restore({ experiment_id });
  const missing = await refused(() => client.Runs.get({ run_id: '0'.repeat(32) }));
  const { run: seen } = await client.Runs.get({ run_id });
  say(JSON.stringify({
    again: [again.status, again.data.error_code],
    changed: [changed.status, changed.data.error_code],
    missing: [missing.status, missing.data.error_code],
    history: history.metrics.map(point => point.value),
    found: found.runs.length,
    hidden: (hidden.runs ?? []).length,
    root: files.root_uri === `mlflow-artifacts:/${experiment_id}/${run_id}/artifacts`,
    renamed: experiments.some(experiment => experiment.name === 'renamed'),
    stage: deleted.experiment.lifecycle_stage,
    status: seen.info.status,
    end: seen.info.end_time,
    params: Object.fromEntries(seen.data.params.map(({ key, value }) => [key, value])),
    tags: seen.data.tags.map(tag => tag.key).filter(key => key !== 'mlflow.runName').sort(),
    metrics: Object.fromEntries(seen.data.metrics.map(({ key, value }) => [key, value])),
  }));
}

main(process.argv[2]).catch(error => {
  console.error(error);
  process.exit(1);
});
