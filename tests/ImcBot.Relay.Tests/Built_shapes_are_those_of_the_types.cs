using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ImcBot.Contracts;
using ImcBot.Relay.Session;
using Xunit;

namespace ImcBot.Relay.Tests;

/// <summary>
/// A published relay writes by the shapes that were made while it was built; bot and tests could read the same types at run time. Neither
/// may write another byte, or take what the other refuses.
/// </summary>
public sealed class Built_shapes_are_those_of_the_types
{
    private static readonly JsonSerializerContext[] Contexts =
    [
        RelayContext.Default,
        (JsonSerializerContext)
            typeof(WireJson)
                .Assembly.GetType("ImcBot.Contracts.WireContext")!
                .GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!
                .GetValue(null)!,
    ];

    public static TheoryData<Type> Types =>
        [.. Contexts.SelectMany(Known).Distinct().OrderBy(type => type.ToString(), StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_type_has_one_shape_however_it_was_made(Type type)
    {
        foreach (var context in Contexts.Where(context => Known(context).Contains(type)))
        {
            Assert.Equal(Told(type, new DefaultJsonTypeInfoResolver()), Told(type, context));
        }
    }

    [Fact]
    public void A_planted_difference_is_seen() =>
        Assert.NotEqual(
            Told(typeof(Membership), new DefaultJsonTypeInfoResolver()),
            Told(
                typeof(Membership),
                new DefaultJsonTypeInfoResolver
                {
                    Modifiers = { shape => (shape.Properties[0], shape.Properties[1]) = (shape.Properties[1], shape.Properties[0]) },
                }
            )
        );

    private static HashSet<Type> Known(JsonSerializerContext context) =>
        [
            .. context
                .GetType()
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.PropertyType.IsGenericType)
                .Select(property => property.PropertyType.GetGenericArguments()[0]),
        ];

    private static string Told(Type type, IJsonTypeInfoResolver resolver)
    {
        var options = new JsonSerializerOptions(WireJson.Options) { TypeInfoResolver = resolver };
        if (resolver is JsonSerializerContext)
        {
            // As in a program without reflection: there only what an enum says of itself counts.
            options.Converters.Clear();
        }

        var shape = options.GetTypeInfo(type);
        return string.Join(
            '\n',
            [
                $"{shape.Kind} {(shape.Kind == JsonTypeInfoKind.None ? shape.Converter.GetType() : null)} {shape.NumberHandling} {shape.UnmappedMemberHandling}",
                .. shape
                    .Properties.Where(property => property.Get is not null || property.Set is not null)
                    .Select(property =>
                        $"{property.Name} {property.PropertyType} required {property.IsRequired} get {property.Get is not null} "
                        + $"{property.IsGetNullable} set {property.Set is not null} {property.IsSetNullable} order {property.Order} "
                        + $"when {property.ShouldSerialize is not null} absent {Absent(type, property)} by {property.CustomConverter?.GetType()}"
                    ),
            ]
        );
    }

    /// <summary>What a member is where JSON lacks it. A built shape sets what can only be set at the beginning, also then.</summary>
    private static object? Absent(Type type, JsonPropertyInfo property) =>
        property.AssociatedParameter switch
        {
            { IsMemberInitializer: false } parameter => parameter.HasDefaultValue ? parameter.DefaultValue : "nothing",
            { } initialized => initialized.ParameterType.IsValueType ? Activator.CreateInstance(initialized.ParameterType) : null,
            null when property.Set is not null && type.GetConstructors() is [var make, ..] => (
                (PropertyInfo)property.AttributeProvider!
            ).GetValue(
                make.Invoke([
                    .. make.GetParameters()
                        .Select(argument => argument.ParameterType.IsValueType ? Activator.CreateInstance(argument.ParameterType) : null),
                ])
            ),
            null => null,
        };
}
