using System.Buffers.Binary;

namespace Orleans.MLOps.Learning.Models;

/// <summary>Collects the nodes and constants of an ONNX graph and writes the model around them.</summary>
internal sealed class OnnxGraph(string name)
{
    public const int Float = 1;
    public const int Int64 = 7;
    private const int IrVersion = 8;
    private const int Opset = 17;

    private readonly List<OnnxMessage> _nodes = [];
    private readonly List<OnnxMessage> _constants = [];
    private readonly List<OnnxMessage> _inputs = [];
    private readonly List<OnnxMessage> _outputs = [];

    public string Node(string operation, string output, string[] inputs, params ReadOnlySpan<OnnxMessage> attributes)
    {
        Node(operation, [output], inputs, attributes);
        return output;
    }

    /// <summary>Adds a node of several outputs; an empty name leaves an optional input or output out.</summary>
    public void Node(string operation, string[] outputs, string[] inputs, params ReadOnlySpan<OnnxMessage> attributes)
    {
        var node = new OnnxMessage();
        foreach (var input in inputs)
            node.Text(1, input);
        foreach (var output in outputs)
            node.Text(2, output);
        node.Text(3, $"{operation}_{_nodes.Count}").Text(4, operation);
        foreach (var attribute in attributes)
            node.Message(5, attribute);
        _nodes.Add(node);
    }

    public string Constant(string constant, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return Constant(constant, Float, shape, bytes);
    }

    public string Constant(string constant, long value) => Constant(constant, [], [value]);

    public string Constant(string constant, IReadOnlyList<int> shape, ReadOnlySpan<long> values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        return Constant(constant, Int64, shape, bytes);
    }

    public void Input(string input, int elementType, params ReadOnlySpan<OnnxDimension> shape) => _inputs.Add(Value(input, elementType, shape));

    public void Output(string output, int elementType, params ReadOnlySpan<OnnxDimension> shape) => _outputs.Add(Value(output, elementType, shape));

    public byte[] ToArray()
    {
        var graph = new OnnxMessage();
        _nodes.ForEach(node => graph.Message(1, node));
        graph.Text(2, name);
        _constants.ForEach(constant => graph.Message(5, constant));
        _inputs.ForEach(input => graph.Message(11, input));
        _outputs.ForEach(output => graph.Message(12, output));
        return new OnnxMessage()
            .Number(1, IrVersion)
            .Text(2, "Orleans.MLOps")
            .Message(7, graph)
            .Message(8, new OnnxMessage().Text(1, string.Empty).Number(2, Opset))
            .ToArray();
    }

    private string Constant(string constant, int elementType, IReadOnlyList<int> shape, byte[] bytes)
    {
        var tensor = new OnnxMessage();
        foreach (var dimension in shape)
            tensor.Number(1, dimension);
        _constants.Add(tensor.Number(2, elementType).Text(8, constant).Bytes(9, bytes));
        return constant;
    }

    private static OnnxMessage Value(string value, int elementType, ReadOnlySpan<OnnxDimension> dimensions)
    {
        var shape = new OnnxMessage();
        foreach (var (size, name) in dimensions)
            shape.Message(1, name is null ? new OnnxMessage().Number(1, size) : new OnnxMessage().Text(2, name));
        var tensorType = new OnnxMessage().Number(1, elementType).Message(2, shape);
        return new OnnxMessage().Text(1, value).Message(2, new OnnxMessage().Message(1, tensorType));
    }
}
