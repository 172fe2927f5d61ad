using Orleans.MLOps.Learning.Serving;
using TorchSharp;

namespace Orleans.MLOps.Learning.Models;

/// <summary>Converts TorchSharp modules to ONNX, never without the proof: <see cref="ModuleOnnxExporter"/> followed by <see cref="ModuleParity"/>.</summary>
public static class ModuleConversion
{
    /// <summary>Writes a module as ONNX and compares the two. Loads libtorch; nobody else may use the module meanwhile. The same arguments give the same bytes and report.</summary>
    /// <param name="module">The module, of those that <see cref="ModuleOnnxExporter.SupportedModules"/> names, with weights in single precision, on the CPU.</param>
    /// <param name="rows">Rows of real data under the name of the input, such as the holdout: FP32 or INT64 [rows, ...]; there may be none. The file takes any number of rows.</param>
    /// <param name="output">Name of the output.</param>
    /// <param name="seed">Seed of the random rows that are compared besides.</param>
    /// <exception cref="NotSupportedException">A module or a setting of it has no counterpart; the message names its path and type.</exception>
    /// <exception cref="ArgumentException">The rows are malformed or too large, the module refuses them, or a name is taken.</exception>
    public static ConvertedModule Convert(torch.nn.Module module, EngineTensor rows, string output = "output", long seed = 0)
    {
        EngineTensors.Require(rows);
        if (rows.Shape.Length == 0)
            throw new ArgumentException("The rows have no dimension; [rows, ...] is needed.", nameof(rows));
        var onnx = ModuleOnnxExporter.Export(module, new EngineTensorSpec(rows.Name, rows.Type, [-1, .. rows.Shape[1..]]), output);
        return new ConvertedModule { Onnx = onnx, Parity = ModuleParity.Run(module, onnx, rows, seed) };
    }
}
