using TorchSharp;

namespace Orleans.MLOps.Learning.Models;

/// <summary>One module on its way into a graph: names everything by the module's path.</summary>
/// <param name="graph">Where it goes.</param>
/// <param name="path">The module's path from the root, such as "2.conv"; empty for the root.</param>
/// <param name="module">The module.</param>
/// <param name="input">The value that it takes.</param>
/// <param name="shape">That value's shape; -1 for dimensions of any size.</param>
internal sealed class OnnxLayer(OnnxGraph graph, string path, torch.nn.Module module, string input, long[] shape)
{
    public string Input { get; } = input;

    public long[] Shape { get; } = shape;

    public int Rank => Shape.Length;

    public static string Describe(string path, torch.nn.Module module) =>
        $"The module {(path.Length == 0 ? "at the root" : $"'{path}'")} of type {module.GetType().Name}";

    public TModule Module<TModule>()
        where TModule : torch.nn.Module
        => (TModule)module;

    /// <summary>Adds a node of one output.</summary>
    public string Node(string operation, string output, string[] inputs, params ReadOnlySpan<OnnxMessage> attributes) =>
        graph.Node(operation, Name(output), inputs, attributes);

    /// <summary>Adds a node that maps the layer's input to the layer's output.</summary>
    public string Map(string operation, params ReadOnlySpan<OnnxMessage> attributes) => Node(operation, "output", [Input], attributes);

    /// <summary>Adds a node of several outputs; an empty name leaves one out.</summary>
    public string[] Nodes(string operation, string[] outputs, string[] inputs, params ReadOnlySpan<OnnxMessage> attributes)
    {
        string[] names = [.. outputs.Select(output => output.Length == 0 ? output : Name(output))];
        graph.Node(operation, names, inputs, attributes);
        return names;
    }

    public string Weight(string name, torch.Tensor tensor)
    {
        if (tensor.dtype != torch.ScalarType.Float32)
            throw Unsupported($"has '{name}' in {tensor.dtype}; weights in single precision are supported");
        return graph.Constant(Name(name), [.. tensor.shape.Select(size => checked((int)size))], tensor.detach().cpu().contiguous().data<float>().ToArray());
    }

    public string Weight(string name, float[] values) => graph.Constant(Name(name), [values.Length], values);

    public string Scalar(string name, double value) => graph.Constant(Name(name), [], [(float)value]);

    public string Integers(string name, params long[] values) => graph.Constant(Name(name), [values.Length], values);

    public string Integer(string name, long value) => graph.Constant(Name(name), value);

    public void RequireRank(params ReadOnlySpan<int> ranks)
    {
        if (!ranks.Contains(Rank))
            throw Unsupported($"has an input of {Rank} dimensions, the batch included; {string.Join(" or ", ranks.ToArray())} are supported");
    }

    public NotSupportedException Unsupported(string what) => new($"{Describe(path, module)} {what} in the export to ONNX.");

    private string Name(string value) => path.Length == 0 ? $"/{value}" : $"/{path}/{value}";
}
