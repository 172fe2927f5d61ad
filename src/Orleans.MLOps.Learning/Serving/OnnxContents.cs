using Google.Protobuf;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// Looks through an ONNX file's messages for tensors whose elements lie in other files, before ONNX Runtime sees the file and would open
/// them. The field numbers are those of onnx.proto3.
/// </summary>
internal static class OnnxContents
{
    /// <summary>Protobuf's own limit of nested messages, so that no file that can be loaded is refused for its depth.</summary>
    private const int MaximumDepth = 100;
    private const int LocationField = 14;

    private enum Kind
    {
        None,
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        SparseTensor,
        Training,
        Function,
    }

    /// <exception cref="InvalidDataException">The file is no protobuf message, is nested too deeply or names other files.</exception>
    public static void RequireSelfContained(byte[] model)
    {
        try
        {
            Walk(model, 0, model.Length, Kind.Model, MaximumDepth);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException($"The {model.Length} bytes are not an ONNX model: {error.Message}", error);
        }
    }

    private static void Walk(byte[] model, int start, int end, Kind message, int depth)
    {
        if (depth == 0)
            throw new InvalidDataException($"The ONNX model nests more than {MaximumDepth} messages.");
        var input = new CodedInputStream(model, start, end - start);
        while (input.ReadTag() is var tag and not 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            var type = WireFormat.GetTagWireType(tag);
            if (type == WireFormat.WireType.LengthDelimited && Part(message, field) is var part and not Kind.None)
            {
                var length = input.ReadLength();
                var from = (int)input.Position;
                if (length < 0 || length > end - from)
                    throw new InvalidDataException("The ONNX model ends within a message.");
                Walk(model, from, from + length, part, depth - 1);
                input = new CodedInputStream(model, from + length, end - from - length);
            }
            else if (type == WireFormat.WireType.Varint && message == Kind.Tensor && field == LocationField)
            {
                if (input.ReadEnum() != 0)
                    throw new InvalidDataException("The ONNX model keeps tensors in files beside it; only models that hold all of their tensors are served.");
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static Kind Part(Kind message, int field) => (message, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 20) => Kind.Training,
        (Kind.Model, 25) => Kind.Function,
        (Kind.Graph, 1) or (Kind.Function, 7) => Kind.Node,
        (Kind.Graph, 5) => Kind.Tensor,
        (Kind.Graph, 15) => Kind.SparseTensor,
        (Kind.Node, 5) or (Kind.Function, 11) => Kind.Attribute,
        (Kind.Attribute, 5 or 10) => Kind.Tensor,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        (Kind.Attribute, 22 or 23) => Kind.SparseTensor,
        (Kind.SparseTensor, 1 or 2) => Kind.Tensor,
        (Kind.Training, 1 or 2) => Kind.Graph,
        _ => Kind.None,
    };
}
