using Microsoft.ML.OnnxRuntime;

namespace Orleans.MLOps.Benchmarks.Peer;

/// <summary>One ONNX model of one input and one output of FP32, in a session that all requests share.</summary>
internal sealed class PeerModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    public PeerModel(string name, string file)
    {
        Name = name;
        // One thread a call: small models gain nothing from more, and concurrent requests share the cores.
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(file, options);
        _inputs = [.. _session.InputNames];
        _outputs = [.. _session.OutputNames];
    }

    public string Name { get; }

    public string Input => _inputs[0];

    public string Output => _outputs[0];

    public (float[] Data, long[] Shape) Run(float[] data, long[] shape)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(data, shape);
        using var results = _session.Run(_run, _inputs, [input], _outputs);
        var output = results[0];
        return (output.GetTensorDataAsSpan<float>().ToArray(), output.GetTensorTypeAndShape().Shape);
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
