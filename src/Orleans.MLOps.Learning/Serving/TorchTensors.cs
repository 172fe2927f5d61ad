using TorchSharp;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>Copies tensors into Torch and back.</summary>
internal static class TorchTensors
{
    /// <summary>Torch's name of a type; null when Torch has no such elements.</summary>
    public static torch.ScalarType? ScalarType(ElementType type) => type switch
    {
        ElementType.Bool => torch.ScalarType.Bool,
        ElementType.UInt8 => torch.ScalarType.Byte,
        ElementType.Int8 => torch.ScalarType.Int8,
        ElementType.Int16 => torch.ScalarType.Int16,
        ElementType.Int32 => torch.ScalarType.Int32,
        ElementType.Int64 => torch.ScalarType.Int64,
        ElementType.Float16 => torch.ScalarType.Float16,
        ElementType.BFloat16 => torch.ScalarType.BFloat16,
        ElementType.Float32 => torch.ScalarType.Float32,
        ElementType.Float64 => torch.ScalarType.Float64,
        _ => null,
    };

    /// <exception cref="ArgumentException">Torch has no tensors of such elements.</exception>
    public static void Require(EngineTensorSpec spec)
    {
        if (ScalarType(spec.Type) is null)
            throw new ArgumentException($"'{spec.Name}' has elements of type {spec.Type}, which Torch has not.", nameof(spec));
    }

    /// <exception cref="ArgumentException">The tensor is malformed or of another type than declared.</exception>
    public static torch.Tensor Read(EngineTensorSpec spec, in EngineTensor tensor)
    {
        if (tensor.Type != spec.Type)
            throw new ArgumentException($"'{tensor.Name}' has elements of type {tensor.Type}; {spec.Type} is declared.");
        var count = EngineTensors.Require(tensor);
        var copy = torch.empty(tensor.Shape, ScalarType(spec.Type)!.Value);
        if (count > 0)
            tensor.Data.Span.CopyTo(copy.bytes);
        return copy;
    }

    /// <exception cref="ArgumentException">The tensor is of another type than declared, or too large.</exception>
    public static EngineTensor Write(EngineTensorSpec spec, torch.Tensor tensor)
    {
        if (tensor.dtype != ScalarType(spec.Type))
            throw new ArgumentException($"The model gives '{spec.Name}' as {tensor.dtype}; {spec.Type} is declared.");
        if (tensor.NumberOfElements > Array.MaxLength / spec.Type.Size())
            throw new ArgumentException($"'{spec.Name}' of shape [{string.Join(", ", tensor.shape)}] is too large to be given back.");
        var plain = tensor.cpu().contiguous();
        return new EngineTensor(spec.Name, spec.Type, tensor.shape, tensor.NumberOfElements == 0 ? [] : plain.bytes.ToArray());
    }
}
