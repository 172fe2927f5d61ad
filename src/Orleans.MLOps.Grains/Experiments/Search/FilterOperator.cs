namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>The comparisons of the filter language; a dialect allows each name some of them.</summary>
[Flags]
internal enum FilterOperator
{
    None = 0,
    Equal = 1,
    NotEqual = 2,
    Less = 4,
    LessOrEqual = 8,
    Greater = 16,
    GreaterOrEqual = 32,
    Like = 64,
    ILike = 128,
    In = 256,
    NotIn = 512,
    IsNull = 1024,
    IsNotNull = 2048,
}
