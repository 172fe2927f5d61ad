using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What a version takes and gives, as names and types for people: its tensors, or its columns where it has no tensors. Pure.</summary>
internal static class VersionSchema
{
    public static IEnumerable<(string Name, string Type)> Inputs(ModelVersionInfo version) =>
        version.Tensors?.Inputs.Select(Describe) ?? version.Signature.Select(column => (column.Name, column.Categorical ? "text" : "number"));

    public static IEnumerable<(string Name, string Type)> Outputs(ModelVersionInfo version) =>
        version.Tensors?.Outputs.Select(Describe) ?? version.Outputs.Select(column => (column.Name, column.Type));

    private static (string Name, string Type) Describe(TensorSpec spec) => (spec.Name, TensorRules.Form(spec));
}
