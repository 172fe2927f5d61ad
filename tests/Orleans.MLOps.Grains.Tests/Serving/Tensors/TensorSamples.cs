using System.Runtime.InteropServices;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Tensors;

/// <summary>Tensors and engines of tests.</summary>
internal static class TensorSamples
{
    /// <summary>A model of the sample repository: 16 numbers in, one out.</summary>
    public static string MlpFile { get; } =
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "samples", "models", "mlp", "1", "model.onnx"));

    /// <summary>The same model in other bytes: its file with a text about it (field 6 of ONNX' ModelProto) at its end.</summary>
    public static byte[] WithDocumentation(byte[] onnx, string text) =>
        [.. onnx, (6 << 3) | 2, checked((byte)System.Text.Encoding.UTF8.GetByteCount(text)), .. System.Text.Encoding.UTF8.GetBytes(text)];

    public static Tensor Floats(string name, long[] shape, params float[] values) =>
        new() { Name = name, Type = TensorType.Float32, Shape = shape, Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };

    /// <summary>Numbers of shape [n].</summary>
    public static Tensor Doubles(string name, params double[] values) =>
        new() { Name = name, Type = TensorType.Float64, Shape = [values.Length], Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() };

    public static float[] Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data).ToArray();

    public static Tensor Texts(string name, params string[] values) => new()
    {
        Name = name,
        Type = TensorType.Bytes,
        Shape = [values.Length],
        Data = [.. values.SelectMany(value => (byte[])[.. BitConverter.GetBytes((uint)System.Text.Encoding.UTF8.GetByteCount(value)), .. System.Text.Encoding.UTF8.GetBytes(value)])],
    };

    /// <summary>Doubles numbers of shape [-1, 2], row by row; every call may be held up.</summary>
    public static TensorModel Doubler(Action<EngineTensor>? onCall = null) => new(
        new ModelVersionInfo { Project = "default", Model = "doubler", Version = 1 },
        new DelegateEngine(
            [new EngineTensorSpec("x", ElementType.Float32, [-1, 2])],
            [new EngineTensorSpec("y", ElementType.Float32, [-1, 2])],
            inputs =>
            {
                onCall?.Invoke(inputs[0]);
                var values = MemoryMarshal.Cast<byte, float>(inputs[0].Data.Span).ToArray();
                return [inputs[0] with { Name = "y", Data = MemoryMarshal.AsBytes(Array.ConvertAll(values, value => value * 2).AsSpan()).ToArray() }];
            }));

    public static QueuedInference Queued(int rows, float first, int priority = 128)
    {
        float[] values = [.. Enumerable.Range(0, rows * 2).Select(i => first + i)];
        return new([new EngineTensor("x", ElementType.Float32, [rows, 2], MemoryMarshal.AsBytes(values.AsSpan()).ToArray())], [], rows, priority, 0);
    }
}
