// Drives the Open Inference Protocol over gRPC as a client of another make: node inference-client.js HOST:PORT PROTO
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, proto] = process.argv.slice(2);
const definition = grpc.loadPackageDefinition(loader.loadSync(proto, { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true }));
const limit = 128 << 20;

// Node holds back what is larger than 10 MB in one session, and then neither sends nor fails it; the option's unit is MB.
const session = 1000;
const client = new definition.inference.GRPCInferenceService(address, grpc.credentials.createInsecure(),
  { 'grpc.max_receive_message_length': limit, 'grpc.max_send_message_length': limit, 'grpc-node.max_session_memory': session });

const call = (method, request) => new Promise((resolve, reject) => client[method](request, (error, reply) => error ? reject(error) : resolve(reply)));
const refused = (method, request) => call(method, request).then(() => 'answered', error => [error.code, error.details]);
const row = Array.from({ length: 16 }, (_, i) => i / 16);
const floats = values => Buffer.from(new Float32Array(values).buffer);
const input = (shape, more = {}) => ({ name: 'input', datatype: 'FP32', shape, ...more });

async function stream(requests) {
  const replies = [];
  const call = client.ModelStreamInfer();
  const ended = new Promise((resolve, reject) => call.on('data', reply => replies.push(reply)).on('end', resolve).on('error', reject));
  requests.forEach(request => call.write(request));
  call.end();
  await ended;
  return replies;
}

async function main() {
  const result = {};
  result.live = (await call('ServerLive', {})).live;
  result.ready = (await call('ServerReady', {})).ready;
  result.modelReady = [(await call('ModelReady', { name: 'mlp' })).ready, (await call('ModelReady', { name: 'none' })).ready];
  result.server = (await call('ServerMetadata', {})).name;
  const metadata = await call('ModelMetadata', { name: 'mlp', version: '1' });
  result.metadata = [metadata.versions, metadata.platform, metadata.inputs[0], metadata.outputs[0].shape];
  const config = (await call('ModelConfig', { name: 'mlp' })).config;
  result.config = [config.input[0].data_type, config.input[0].dims];

  const raw = await call('ModelInfer', { model_name: 'mlp', id: 'r', inputs: [input([1, 16])], raw_input_contents: [floats(row)] });
  result.raw = [raw.id, raw.model_version, raw.outputs[0].contents, raw.raw_output_contents[0].readFloatLE(0).toFixed(6)];
  const typed = await call('ModelInfer', { model_name: 'mlp', inputs: [input([2, 16], { contents: { fp32_contents: [...row, ...row] } })], outputs: [{ name: 'output' }] });
  result.typed = [typed.raw_output_contents.length, typed.outputs[0].shape, typed.outputs[0].contents.fp32_contents.map(value => value.toFixed(6))];
  const echo = await call('ModelInfer', {
    model_name: 'echo',
    inputs: [
      { name: 'INPUT0', datatype: 'INT64', shape: [1, 2], contents: { int64_contents: ['-9223372036854775808', '7'] } },
      { name: 'INPUT1', datatype: 'BYTES', shape: [2, 1], contents: { bytes_contents: [Buffer.from([0, 255]), Buffer.alloc(0)] } },
    ],
  });
  result.echo = [echo.outputs.map(output => output.name), echo.outputs[0].contents.int64_contents, echo.outputs[1].contents.bytes_contents.map(bytes => bytes.toString('hex'))];

  const large = 60 * 1024 * 1024 / 4;
  const echoed = await call('ModelInfer', { model_name: 'echo', inputs: [{ name: 'INPUT2', datatype: 'FP32', shape: [1, large] }], raw_input_contents: [Buffer.alloc(large * 4, 1)] });
  result.large = echoed.raw_output_contents[0].length;

  const replies = await stream([
    { model_name: 'mlp', id: 'a', inputs: [input([1, 16])], raw_input_contents: [floats(row)] },
    { model_name: 'mlp', id: 'b', inputs: [input([1, 15])], raw_input_contents: [floats(row)] },
    { model_name: 'mlp', id: 'c', inputs: [input([1, 16])], raw_input_contents: [floats(row)] },
  ]);
  result.stream = replies.map(reply => [reply.infer_response.id, reply.error_message.length > 0]);

  const ask = change => ({ model_name: 'mlp', inputs: [input([1, 16])], raw_input_contents: [floats(row)], ...change });
  result.refused = {
    model: (await refused('ModelInfer', ask({ model_name: 'none' })))[0],
    noName: (await refused('ModelInfer', ask({ model_name: '' })))[0],
    version: (await refused('ModelInfer', ask({ model_version: '9' })))[0],
    truncated: (await refused('ModelInfer', ask({ raw_input_contents: [floats(row).subarray(1)] })))[0],
    missing: (await refused('ModelInfer', ask({ raw_input_contents: [], inputs: [] })))[0],
    both: (await refused('ModelInfer', ask({ inputs: [input([1, 16], { contents: { fp32_contents: row } })] })))[0],
    negative: (await refused('ModelInfer', ask({ inputs: [input([-1, 16])] })))[0],
    overflow: (await refused('ModelInfer', ask({ inputs: [input(['4611686018427387904', 16])] })))[0],
    many: (await refused('ModelInfer', ask({ inputs: Array.from({ length: 10000 }, () => input([1, 16])), raw_input_contents: Array.from({ length: 10000 }, () => floats(row)) })))[0],
    texts: (await refused('ModelInfer', { model_name: 'echo', inputs: [{ name: 'INPUT1', datatype: 'BYTES', shape: [1, 1] }], raw_input_contents: [Buffer.from([255, 255, 255, 255, 1])] }))[0],
    output: (await refused('ModelInfer', ask({ outputs: [{ name: 'other' }] })))[0],
    shared: (await refused('ModelInfer', ask({ inputs: [input([1, 16], { parameters: { shared_memory_region: { string_param: 'x' } } })] })))[0],
  };
  result.index = (await call('RepositoryIndex', { ready: true })).models.map(model => `${model.name}/${model.version} ${model.state}`).sort();
  result.counted = Number((await call('ModelStatistics', { name: 'mlp' })).model_stats[0].inference_stats.success.count) > 0;
  console.log(JSON.stringify(result));
  client.close();
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
