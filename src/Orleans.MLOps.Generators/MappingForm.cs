namespace Orleans.MLOps.Generators;

/// <summary>The three kinds of mappings.</summary>
internal enum MappingForm
{
    Columns,
    Tensors,
    Outputs,
}
