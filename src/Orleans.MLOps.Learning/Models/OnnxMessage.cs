using Google.Protobuf;

namespace Orleans.MLOps.Learning.Models;

/// <summary>One protobuf message, written field by field; the field numbers at the call sites are those of onnx.proto3.</summary>
internal sealed class OnnxMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];

    public OnnxMessage Text(int field, string value)
    {
        _fields.Add(output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(value);
        });
        return this;
    }

    public OnnxMessage Number(int field, long value)
    {
        _fields.Add(output =>
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(value);
        });
        return this;
    }

    public OnnxMessage Single(int field, float value)
    {
        _fields.Add(output =>
        {
            output.WriteTag(field, WireFormat.WireType.Fixed32);
            output.WriteFloat(value);
        });
        return this;
    }

    public OnnxMessage Bytes(int field, byte[] value)
    {
        _fields.Add(output =>
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
        });
        return this;
    }

    public OnnxMessage Message(int field, OnnxMessage value) => Bytes(field, value.ToArray());

    public byte[] ToArray()
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            _fields.ForEach(write => write(output));
        return bytes.ToArray();
    }
}
