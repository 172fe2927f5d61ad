using TorchSharp;

namespace Orleans.MLOps.Learning.Native;

/// <summary>
/// A float tensor in libtorch's own, 64-byte aligned memory that managed code writes in place: kernels then take the same path at every
/// step and on every shard.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private readonly float* _first;
    private readonly int _length;

    public NativeBuffer(params long[] shape)
    {
        Tensor = torch.zeros(shape, torch.float32);
        var bytes = Tensor.bytes;
        _length = bytes.Length / sizeof(float);
        fixed (byte* first = bytes)
            _first = (float*)first;
    }

    public torch.Tensor Tensor { get; }

    public Span<float> Values => new(_first, _length);

    public void Dispose() => Tensor.Dispose();
}
